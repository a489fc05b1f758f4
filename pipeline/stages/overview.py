"""Video pages and channel pages: what was made, from what, and how much of it."""

from collections import Counter
from collections.abc import Iterable

from pipeline.stages.compose import printable
from pipeline.values.note import ChannelPage, ChannelVideo, Counts, Coverage, Names, PageLink, Topic, VideoPage
from pipeline.values.outline import Claim, Outline
from pipeline.values.plan import NotePlan, Step
from pipeline.values.proof import Made
from pipeline.values.transcript import Video

_MINUTE_MS = 60_000


def video_title(video: Video) -> str:
    """The title of a video's page; its id where it has no title."""
    return printable(video.title or video.id)


def video_page(made: Made, names: Names) -> VideoPage | None:
    """The page of a video; None where a person deleted it."""
    if names.video.slug is None:
        return None
    verdicts = Counter(c.check.verdict for c in made.outline.claims)
    topics = [_topic(n, link, made.outline) for n, link in zip(made.plan.notes, names.notes, strict=True) if link.slug]
    return VideoPage(
        slug=names.video.slug,
        title=names.video.text,
        video=made.transcript.video,
        channel=names.channel,
        language=made.transcript.language,
        trust=made.transcript.trust,
        model=made.model,
        judge=made.judge,
        topics=tuple(topics),
        counts=Counts(**dict(verdicts)),
        coverage=coverage(made),
        gaps=made.outline.gaps,
    )


def _topic(note: NotePlan, link: PageLink, outline: Outline) -> Topic:
    claims = [outline.claim(s.claim) for s in _steps(note)]
    return Topic(link=link, first_ms=min(c.citations[0].time_ms for c in claims), claims=len(claims))


def coverage(made: Made) -> Coverage:
    """How much of a video stands behind its notes.

    Read is the share of its lines' time that was outlined. Cited is the share of its spoken minutes in which a claim
    of a note is proved. Both are 0 where nothing was said.
    """
    lines = made.script.lines
    spoken = sum(x.end_ms - x.start_ms for x in lines)
    if not spoken:
        return Coverage(read=0, cited=0)
    gaps = made.outline.gaps
    missed = [x for x in lines if any(g.start_ms <= x.start_ms < g.end_ms for g in gaps)]
    read = 1 - sum(x.end_ms - x.start_ms for x in missed) / spoken
    citations = [c for claim in _shown(made) for c in claim.citations]
    minutes = {x.start_ms // _MINUTE_MS for x in lines}
    cited = {c.time_ms // _MINUTE_MS for c in citations}
    return Coverage(read=round(read, 4), cited=round(min(1.0, len(cited) / len(minutes)), 4))


def _shown(made: Made) -> list[Claim]:
    steps = [s for n in made.plan.notes for s in _steps(n)]
    return [made.outline.claim(number) for number in sorted({s.claim for s in steps})]


def _steps(note: NotePlan) -> list[Step]:
    return [*note.lead, *(s for section in note.sections for p in section.paragraphs for s in p)]


def channel_page(slug: str, name: str, videos: Iterable[ChannelVideo]) -> ChannelPage:
    """All videos of a channel, the latest first, then by title; each with its notes in the order of the video."""
    ordered = sorted(videos, key=lambda v: (v.link.text, v.link.slug or ""))
    ordered.sort(key=lambda v: v.published.toordinal() if v.published else 0, reverse=True)
    return ChannelPage(slug=slug, name=name, videos=tuple(ordered))
