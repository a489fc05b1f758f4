"""What a transcript holds and what was mended in it, for people and for programs."""

from typing import Literal

import regex

from pipeline.values.base import Value
from pipeline.values.transcript import Repair, Transcript, Trust

_SIGN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_HOUR_MS = 3_600_000


class TranscriptReport(Value):
    """One transcript that was read."""

    source: str
    state: Literal["read"] = "read"
    shape: str
    video_id: str
    title: str
    channel: str
    url: str | None
    language: str
    """BCP 47 tag, or "und"."""
    trust: Trust
    """How it was made; "unknown" where nothing says it."""
    segments: int
    words: int
    """Words between white space; in scripts without spaces, signs."""
    starts_ms: int
    duration_ms: int
    """The length of the video if it is known, else the end of the last segment."""
    speakers: tuple[str, ...]
    chapters: int
    repairs: tuple[Repair, ...]
    digest: str
    written: str | None = None
    """The file that it was written to."""


class Refusal(Value):
    """One source that could not be read, and why."""

    source: str
    state: Literal["refused"] = "refused"
    kind: str
    message: str
    remedy: str


def report_of(transcript: Transcript, shape: str, source: str) -> TranscriptReport:
    """The report of a transcript that came from `source` in this shape."""
    video = transcript.video
    return TranscriptReport(
        source=source,
        shape=shape,
        video_id=video.id,
        title=video.title,
        channel=video.channel,
        url=video.url,
        language=transcript.language,
        trust=transcript.trust,
        segments=len(transcript.segments),
        words=sum(count_words(segment.text) for segment in transcript.segments),
        starts_ms=transcript.segments[0].start_ms,
        duration_ms=transcript.end_ms,
        speakers=video.speakers,
        chapters=len(video.chapters),
        repairs=transcript.repairs,
        digest=transcript.digest,
    )


def count_words(text: str) -> int:
    """Words between white space; each sign of a script without spaces is one."""
    rest, signs = _SIGN.subn(" ", text)
    return signs + sum(any(c.isalnum() for c in word) for word in rest.split())


def as_lines(report: TranscriptReport | Refusal) -> str:
    """The report as a few lines for a terminal."""
    if isinstance(report, Refusal):
        return f"{report.source}\n  refused   {report.kind}: {report.message}\n            {report.remedy}"
    told = {
        "shape": report.shape,
        "video": f"{report.video_id} · {report.title}" + (f" · {report.channel}" if report.channel else ""),
        "language": f"{report.language}, trust: {report.trust}",
        "talk": _talk(report),
        "mended": ", ".join(f"{r.kind} {r.count:,}" for r in report.repairs) or "nothing",
        "wrote": report.written,
    }
    return "\n".join([report.source, *(f"  {name:8}  {text}" for name, text in told.items() if text)])


def _talk(report: TranscriptReport) -> str:
    parts = [_many(report.segments, "segment"), _many(report.words, "word"), _clock(report.duration_ms)]
    parts += [_many(len(report.speakers), "speaker")] if report.speakers else []
    parts += [_many(report.chapters, "chapter")] if report.chapters else []
    return ", ".join(parts)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _clock(ms: int) -> str:
    return f"{ms // _HOUR_MS}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
