"""The stage: drafts in, a checked outline out."""

from collections.abc import Iterator, Sequence

from pipeline.language.reading import read
from pipeline.settings import VerifyPolicy
from pipeline.stages.verify.anchor import anchor, citation
from pipeline.stages.verify.claims import Checked, Room, check_claim
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.values.draft import ChunkDraft, DraftCallout, DraftClaim, DraftEvidence
from pipeline.values.outline import Check, Citation, Claim, Gap, Outline, Quote
from pipeline.values.script import Chunk, Script

_Proposed = tuple[Chunk, DraftClaim, Checked]


def verify(script: Script, drafts: Sequence[ChunkDraft], policy: VerifyPolicy) -> Outline:
    """Every drafted claim with its citations and its verdict, in the order of the transcript.

    Args:
        script: the lines and chunks that the drafts are about.
        drafts: one a chunk, in any order; `ChunkDraft.chunk` is a number of a chunk of the script.
        policy: thresholds.

    Returns:
        All claims but those that only repeat an earlier one, the true quotes of the callouts, and the stretches that
        were not outlined.
    """
    room = Room(TranscriptIndex.of_script(script), policy)
    chunks = {c.number: c for c in script.chunks}
    ordered = sorted(drafts, key=lambda d: d.chunk)
    proposed = [
        (chunks[d.chunk], claim, check_claim(room, chunks[d.chunk], claim))
        for d in ordered
        for claim in d.outline.claims
    ]
    quotes = [q for d in ordered for c in d.outline.callouts if (q := _quote(room, chunks[d.chunk], c))]
    gaps = [_gap(script, chunks[d.chunk], d.failure) for d in ordered if d.failure is not None]
    return Outline(
        claims=tuple(_numbered(_in_order(_once(proposed, script.transcript.language)))),
        quotes=tuple(q.model_copy(update={"id": i}) for i, q in enumerate(_distinct(quotes), 1)),
        gaps=tuple(g for g in gaps if g),
    )


def _once(proposed: Sequence[_Proposed], language: str) -> Iterator[_Proposed]:
    """The claims without those that say again, of the same line, what an earlier one says."""
    seen: set[tuple[tuple[str, ...], int]] = set()
    for chunk, draft, checked in proposed:
        line = checked.citations[0].line if checked.citations else draft.evidence[0].line
        key = (tuple(read([draft.text], language).forms), line)
        if key not in seen:
            seen.add(key)
            yield chunk, draft, checked


def _in_order(proposed: Iterator[_Proposed]) -> list[_Proposed]:
    """By the time of the first citation; a claim without any stays behind the claim that was drafted before it."""
    keyed: list[tuple[tuple[int, int], _Proposed]] = []
    before = (0, 0)
    for item in proposed:
        citations = item[2].citations
        before = (citations[0].time_ms, citations[0].line) if citations else before
        keyed.append((before, item))
    return [item for _, item in sorted(keyed, key=lambda k: k[0])]


def _numbered(proposed: Sequence[_Proposed]) -> Iterator[Claim]:
    for number, (chunk, draft, checked) in enumerate(proposed, 1):
        yield Claim(
            id=number,
            text=draft.text.strip(),
            subject=draft.subject.strip(),
            voice=draft.voice,
            citations=checked.citations,
            check=checked.check,
            chunk=chunk.number,
        )


def _quote(room: Room, chunk: Chunk, draft: DraftCallout) -> Quote | None:
    """A callout in the transcript's own words; None when nobody said it word for word."""
    found = anchor(room.index, chunk, DraftEvidence(line=draft.line, quote=draft.quote), room.policy)
    if found is None or found.grade == "missing":
        return None
    cited = citation(room.index, found)
    check = (
        Check(verdict="repaired", tier="quote", reason="It stands in another line than the one it cited.", score=1.0)
        if found.moved
        else Check(verdict="supported", tier="quote", reason="Somebody says it, word for word.", score=1.0)
    )
    speaker = _speaker(room.index, cited, draft.speaker)
    return Quote(id=1, text=cited.quote, title=draft.title.strip(), speaker=speaker, citation=cited, check=check)


def _speaker(index: TranscriptIndex, cited: Citation, drafted: str) -> str:
    """Who says a quote: the transcript's word first; the model's only when the video knows the name."""
    known = index.transcript.segments[cited.segment].speaker
    if known:
        return known
    names = read([drafted], index.language).forms
    return drafted.strip() if names and all(index.stem(n) in index.header for n in names) else ""


def _distinct(quotes: Sequence[Quote]) -> list[Quote]:
    """Quotes in the order of the transcript, those of the same words only once."""
    first = {(q.citation.segment, q.text): q for q in reversed(quotes)}
    return sorted(first.values(), key=lambda q: (q.citation.time_ms, q.citation.line))


def _gap(script: Script, chunk: Chunk, reason: str) -> Gap | None:
    core = script.core(chunk)
    return Gap(start_ms=core[0].start_ms, end_ms=core[-1].end_ms, reason=reason) if core else None
