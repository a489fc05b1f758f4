"""The stage: drafts in, a checked outline out."""

from collections.abc import Sequence

from pipeline.language.reading import read
from pipeline.settings import CitationPolicy
from pipeline.stages.verify.anchor import anchor, citation
from pipeline.stages.verify.claims import Room, check_claim
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.values.draft import ChunkDraft, DraftCallout, DraftClaim, DraftEvidence, DraftRepair, Unread
from pipeline.values.outline import Check, Citation, Claim, Gap, Outline, Quote, Repair
from pipeline.values.script import Chunk, Script

_RANK = {"partial": 1}  # of a verdict that is not good; the others are 0
_GOOD_RANK = 2


class Verifier:
    """The check of everything that is proposed about one script; its index is built once."""

    def __init__(self, script: Script, policy: CitationPolicy) -> None:
        """For drafts about the lines and chunks of `script`; `policy` holds the thresholds."""
        self._script = script
        self._room = Room(TranscriptIndex.of_script(script), policy)
        self._chunks = {c.number: c for c in script.chunks}

    def outline(self, drafts: Sequence[ChunkDraft]) -> Outline:
        """Every drafted claim with its citations and its verdict, in the order of the transcript.

        Args:
            drafts: one a chunk, in any order; `ChunkDraft.chunk` is a number of a chunk of the script.

        Returns:
            All claims but those that only repeat an earlier one, the true quotes of the callouts, and the stretches
            that were not outlined.
        """
        room, chunks = self._room, self._chunks
        ordered = sorted(drafts, key=lambda d: d.chunk)
        claims = [self._checked(chunks[d.chunk], claim) for d in ordered for claim in d.outline.claims]
        quotes = [q for d in ordered for c in d.outline.callouts if (q := _quote(room, chunks[d.chunk], c))]
        gaps = [gap for d in ordered if d.failure is not None for gap in _gaps(self._script, chunks[d.chunk], d)]
        return Outline(
            claims=_settled(claims, self._script.transcript.language),
            quotes=tuple(q.model_copy(update={"id": i}) for i, q in enumerate(_distinct(quotes), 1)),
            gaps=tuple(gaps),
        )

    def mended(self, outline: Outline, repairs: Sequence[DraftRepair]) -> Outline:
        """The outline with what a model made of its failed claims, where that is better.

        A repaired claim is checked like any other; what still fails changes nothing, unless it was unsupported or
        contradicted and is now proved in part. Ids count anew.
        """
        asked = {repair.id: repair for repair in repairs}
        claims: list[Claim] = []
        for claim in outline.claims:
            repair = None if claim.check.good else asked.get(claim.id)
            claims.extend(self._better(claim, repair) if repair else [claim])
        return outline.model_copy(update={"claims": _settled(claims, self._script.transcript.language)})

    def _checked(self, chunk: Chunk, draft: DraftClaim) -> Claim:
        checked = check_claim(self._room, chunk, draft)
        return Claim(
            id=0,  # until all are in order
            text=draft.text.strip(),
            subject=draft.subject.strip(),
            voice=draft.voice,
            citations=checked.citations,
            check=checked.check,
            chunk=chunk.number,
            evidence=() if checked.check.good else draft.evidence,
        )

    def _better(self, claim: Claim, repair: DraftRepair) -> list[Claim]:
        """What stands in the place of a failed claim: the parts that are proved, else a better part, else the claim."""
        if repair.action == "drop" or not repair.claims:
            return [_withdrawn(claim)]
        chunk = self._chunks[claim.chunk]
        told = [_as_told(self._checked(self._shown(chunk, d), d), claim, len(repair.claims)) for d in repair.claims]
        if good := [part for part in told if part.check.good]:
            return good
        best = max(told, key=_rank)
        return [best if _is_really_better(best, claim) else claim]

    def _shown(self, chunk: Chunk, draft: DraftClaim) -> Chunk:
        """The chunk with the lines that a repair cites: it was shown the lines around a better place, too."""
        lines = [e.line for e in draft.evidence if 1 <= e.line <= len(self._script.lines)]
        return (
            chunk.model_copy(update={"first": min(chunk.first, *lines), "last": max(chunk.last, *lines)})
            if lines
            else chunk
        )


def verify(script: Script, drafts: Sequence[ChunkDraft], policy: CitationPolicy) -> Outline:
    """The outline of drafts that nobody will mend; as `Verifier.outline`."""
    return Verifier(script, policy).outline(drafts)


def _withdrawn(claim: Claim) -> Claim:
    """A claim that the model gave up: nobody vouches for it, so it is no longer proved even in part."""
    told = f"{claim.check.reason} The model withdrew it."
    verdict = "unsupported" if claim.check.doubtful else claim.check.verdict
    return claim.model_copy(update={"check": claim.check.model_copy(update={"verdict": verdict, "reason": told})})


def _as_told(part: Claim, claim: Claim, parts: int) -> Claim:
    repair: Repair = "rewritten" if parts == 1 else "split"
    return part.model_copy(update={"chunk": claim.chunk, "check": part.check.model_copy(update={"repair": repair})})


def _rank(claim: Claim) -> tuple[int, float]:
    rank = _GOOD_RANK if claim.check.good else _RANK.get(claim.check.verdict, 0)
    return rank, claim.check.score


def _is_really_better(told: Claim, claim: Claim) -> bool:
    """Whether a repair that failed is proved in part where the claim was not, with quotes that all were said."""
    said = len(told.citations) == len(told.evidence) and all(c.grade != "missing" for c in told.citations)
    return said and told.check.doubtful and not claim.check.doubtful


def _settled(claims: Sequence[Claim], language: str) -> tuple[Claim, ...]:
    return tuple(
        claim.model_copy(update={"id": number}) for number, claim in enumerate(_in_order(_once(claims, language)), 1)
    )


def _once(claims: Sequence[Claim], language: str) -> list[Claim]:
    """The claims without those that say the same of the same line: of such the best proved one, else the first."""
    best: dict[tuple[tuple[str, ...], int], Claim] = {}
    for claim in claims:
        line = claim.citations[0].line if claim.citations else claim.evidence[0].line
        key = (tuple(read([claim.text], language).forms), line)
        if key not in best or _rank(claim) > _rank(best[key]):
            best[key] = claim
    return list(best.values())


def _in_order(claims: Sequence[Claim]) -> list[Claim]:
    """By the time of the first citation; a claim without any stays behind the claim that was drafted before it."""
    keyed: list[tuple[tuple[int, int], Claim]] = []
    before = (0, 0)
    for claim in claims:
        before = (claim.citations[0].time_ms, claim.citations[0].line) if claim.citations else before
        keyed.append((before, claim))
    return [claim for _, claim in sorted(keyed, key=lambda k: k[0])]


def _quote(room: Room, chunk: Chunk, draft: DraftCallout) -> Quote | None:
    """A callout in the transcript's own words; None when nobody said it word for word."""
    found = anchor(room.index, chunk, DraftEvidence(line=draft.line, quote=draft.quote), room.policy)
    if found is None or found.grade == "missing":
        return None
    cited = citation(room.index, found)
    check = (
        Check(
            verdict="reanchored",
            tier="quote",
            reason="It stands in another line than the one it cited.",
            score=1.0,
            repair="moved",
        )
        if found.moved
        else Check(verdict="quoted", tier="quote", reason="Somebody says it, word for word.", score=1.0)
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


def _gaps(script: Script, chunk: Chunk, draft: ChunkDraft) -> list[Gap]:
    """The stretches of a chunk that were not outlined; stretches side by side with one reason are one."""
    unread = draft.unread or (Unread(first=chunk.first, last=chunk.last, reason=draft.failure or ""),)
    gaps: list[Gap] = []
    for part in sorted(unread, key=lambda u: u.first):
        lines = [line for line in script.core(chunk) if part.first <= line.number <= part.last]
        if not lines:
            continue
        gap = Gap(start_ms=lines[0].start_ms, end_ms=lines[-1].end_ms, reason=part.reason)
        if gaps and gaps[-1].reason == gap.reason and gap.start_ms - gaps[-1].end_ms <= 1:
            gap = gaps.pop().model_copy(update={"end_ms": gap.end_ms})
        gaps.append(gap)
    return gaps
