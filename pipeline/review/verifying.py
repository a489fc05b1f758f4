"""A person's wording of a claim, or another place for it, checked at once like a model's."""

from collections.abc import Sequence

from pipeline.review.views import ClaimView
from pipeline.settings import CitationPolicy
from pipeline.stages.render import clock
from pipeline.stages.verify import verify
from pipeline.values.draft import ChunkDraft, DraftClaim, DraftEvidence, OutlineDraft
from pipeline.values.outline import Citation, Claim
from pipeline.values.script import Chunk, Script


def reworded(script: Script, claim: Claim, text: str, policy: CitationPolicy) -> Claim:
    """The claim in these words, cited where it was, with the verdict on it."""
    evidence = [DraftEvidence(line=c.line, quote=c.quote) for c in claim.citations]
    return _checked(script, claim, text, evidence, policy)


def cited_at(script: Script, claim: Claim, time_ms: int, policy: CitationPolicy) -> Claim | None:
    """The claim with what is said at this time as its one citation; None where nothing is said then.

    A time stamp is the start of a cue rounded down: such a time means that cue, and not the end of the one before it.
    """
    meant = next((s.start_ms for s in script.transcript.segments if s.start_ms // 1000 == time_ms // 1000), time_ms)
    line = next((x for x in reversed(script.lines) if x.start_ms <= meant < x.end_ms), None)
    if line is None:
        return None
    evidence = [DraftEvidence(line=line.number, quote=_said_from(script, line.number, meant))]
    moved = _checked(script, claim, claim.text, evidence, policy)
    if any(c.line == line.number for c in moved.citations):
        return _as_asked(moved)
    # The check found a better place, but the person named this one.
    reason = f"It is not said there, but at {clock(moved.citations[0].time_ms)}."
    told = {"verdict": "partial", "tier": "place", "reason": reason, "repair": ""}
    best = {"best_time_ms": moved.citations[0].time_ms}
    check = moved.check.model_copy(update={**told, **best})
    return moved.model_copy(update={"citations": (_plainly(script, evidence[0]),), "check": check})


def _said_from(script: Script, number: int, time_ms: int) -> str:
    """The words of a line from the cue that is heard at a time; of a short rest, all of them."""
    line = script.line(number)
    starts = [p.offset for p in line.pieces if script.segment(p.segment).start_ms <= time_ms]
    rest = line.text[max(starts, default=0) :].strip()
    return rest if len(rest.split()) > 2 else line.text


def _as_asked(claim: Claim) -> Claim:
    """What the person moved is not told as moved by us."""
    if claim.check.verdict != "reanchored" or claim.check.repair != "moved":
        return claim
    return claim.model_copy(update={"check": claim.check.model_copy(update={"verdict": "supported", "repair": ""})})


def _checked(
    script: Script, claim: Claim, text: str, evidence: Sequence[DraftEvidence], policy: CitationPolicy
) -> Claim:
    # A person may cite any line, whatever chunk the claim came from.
    whole = Chunk(number=1, context_first=1, first=1, last=len(script.lines), tokens=1)
    draft = DraftClaim(evidence=tuple(evidence)[:3], subject=claim.subject, text=text, voice=claim.voice)
    draft_of_chunk = ChunkDraft(chunk=1, outline=OutlineDraft(claims=(draft,), callouts=()))
    outline = verify(script.model_copy(update={"chunks": (whole,)}), [draft_of_chunk], policy)
    checked = outline.claims[0]
    citations = checked.citations or tuple(_plainly(script, e) for e in evidence)
    return checked.model_copy(update={"id": claim.id, "chunk": claim.chunk, "citations": citations, "evidence": ()})


def _plainly(script: Script, evidence: DraftEvidence) -> Citation:
    """The place that a person cites, where the check found no proof: it is shown, and doubtful."""
    line = script.line(evidence.line)
    offset = max(0, line.text.find(evidence.quote))
    first, last = line.segment_at(offset), line.segment_at(min(len(line.text), offset + len(evidence.quote)) - 1)
    return Citation(
        line=line.number,
        segment=first,
        last_segment=last,
        time_ms=script.segment(first).start_ms,
        quote=evidence.quote,
        grade="exact",
        asked_line=line.number,
    )


def unproved_claim(claim: ClaimView) -> str:
    """Why a person's wording is not proved, for them; empty where it is."""
    if not claim.open:
        return ""
    words = ", ".join(f"“{w}”" for w in claim.words)
    return f"kept, but not proved: {claim.reason}" + (f" ({words})" if words else "")
