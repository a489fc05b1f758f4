"""A note as its reviewer sees it: claims with their evidence in its cues, hand edits checked, conflicts."""

import regex

from pipeline.review.casefile import CaseFile
from pipeline.review.views import ClaimView, CueView, EditView, NoteView
from pipeline.stages.render import clock, moment
from pipeline.stages.verify import check_citation
from pipeline.values.outline import Citation, Claim
from pipeline.values.plan import NotePlan
from pipeline.values.review import Conflict, NoteState, Standing
from pipeline.vault.aligning import align
from pipeline.vault.bases import read_base
from pipeline.vault.pieces import joined, pieces
from pipeline.vault.reading import plain

_TIME = regex.compile(r"\[(\d{2,}):(\d\d):(\d\d)\]")
_TAG = regex.compile(r"<a [^>\n]{0,500}>|</a>")
_STOP = regex.compile(r"\s+([.!?…]+)$")
_AROUND = 1  # cues shown before and after the cited ones


def note_view(
    case: CaseFile, note: NotePlan, state: tuple[NoteState, Standing | None], conflicts: tuple[Conflict, ...]
) -> NoteView:
    """The note of a video under review."""
    claims = [_claim(case, c, heading) for heading, c in case.placed(note)]
    claims += [_claim(case, c, "") for c in case.rejected(note)]
    standing, approval = state
    return NoteView(
        page=case.path(note.title) or "",
        title=note.title,
        video=case.video,
        video_title=case.proof.video.title,
        state=standing,
        approved_by=approval.by if approval else "",
        claims=tuple(claims),
        dropped=tuple(_claim(case, c, "") for c in case.dropped()),
        edits=tuple(hand_edits(case, note.title)),
        conflicts=conflicts,
        conflict_ids=tuple(c.id for c in conflicts),
    )


def _claim(case: CaseFile, claim: Claim, heading: str) -> ClaimView:
    item = case.items[claim.id - 1]
    check = claim.check
    return ClaimView(
        id=claim.id,
        text=claim.text,
        proposed=item.origin if item.origin != claim.text else "",
        changed=item.changed,
        heading=heading,
        verdict=check.verdict,
        tier=check.tier,
        reason=check.reason,
        words=check.words,
        decision=item.action,
        why=item.reason,
        open=check.doubtful and item.action != "reject",
        evidence=tuple(_cue(case, c) for c in claim.citations),
    )


def _cue(case: CaseFile, citation: Citation) -> CueView:
    """The cited cues and those beside them, parted where the quote begins and ends."""
    segments = case.proof.segments
    first, last = max(0, citation.segment - _AROUND), min(len(segments), citation.last_segment + _AROUND + 1)
    before = " ".join(s.text for s in segments[first : citation.segment])
    cited = " ".join(s.text for s in segments[citation.segment : citation.last_segment + 1])
    after = " ".join(s.text for s in segments[citation.last_segment + 1 : last])
    start, end = _found(cited, citation.quote)
    return CueView(
        time_ms=citation.time_ms,
        time=clock(citation.time_ms),
        before=" ".join(filter(None, (before, cited[:start].strip()))),
        quote=cited[start:end].strip(),
        after=" ".join(filter(None, (cited[end:].strip(), after))),
        link=moment(case.proof.video.url, citation.time_ms // 1000),
    )


def _found(text: str, quote: str) -> tuple[int, int]:
    """Where a quote stands in the words that hold it, whatever white space is between them; all where it does not."""
    words = r"\s*".join(regex.escape(word) for word in quote.split())
    found = regex.search(words, text) if words else None
    return found.span() if found else (0, len(text))


def hand_edits(case: CaseFile, title: str) -> list[EditView]:
    """The sentences of a page that are not ours, with what the check says of those that cite."""
    path, file = case.path(title), case.file(title)
    base = read_base(case.shelf.root, _before(case, path), case.shelf.ledger[path]) if path and file else None
    if base is None or file is None:
        return []
    ours = pieces(base)
    page = pieces(file.read_bytes().decode(errors="replace"))
    changed = [p for p, at in zip(page, align(ours, page), strict=True) if at is None or ours[at] != p]
    told = [joined([p]) for p in changed if not p.space and not p.head]
    return [_edit(case, text) for text in told]


def _before(case: CaseFile, path: str) -> str:
    return next((old for old, new in case.shelf.moved.items() if new == path), path)


def _edit(case: CaseFile, text: str) -> EditView:
    time = _TIME.search(text)
    words = _STOP.sub(r"\1", plain(_TIME.sub("", _TAG.sub("", text))))
    if time is None:
        return EditView(text=words, time="", verdict=None, reason="It cites nothing.")
    hours, minutes, seconds = map(int, time.groups())
    at = ((hours * 60 + minutes) * 60 + seconds) * 1000
    video = case.proof.video
    check = check_citation(
        case.index, words, at, (video.title, video.channel, *video.speakers), case.settings.citations
    )
    return EditView(text=words, time=time[0].strip("[]"), verdict=check.verdict, reason=check.reason)
