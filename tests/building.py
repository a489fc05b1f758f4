"""Small transcripts and scripts for tests, written as text."""

from pipeline.settings import SplitPolicy
from pipeline.stages.split import split
from pipeline.values.script import Script
from pipeline.values.transcript import Chapter, Segment, Transcript, Video


def transcript(
    *texts: str, step_ms: int = 4_000, language: str = "en", chapters: tuple[Chapter, ...] = (), title: str = "A talk"
) -> Transcript:
    """One segment a text, each `step_ms` after the one before and filling the time up to it."""
    segments = tuple(
        Segment(number=i, start_ms=i * step_ms, end_ms=(i + 1) * step_ms, text=text) for i, text in enumerate(texts)
    )
    video = Video(
        id="abcdefghijk",
        title=title,
        channel="A channel",
        url="https://www.youtube.com/watch?v=abcdefghijk",
        chapters=chapters,
    )
    return Transcript(video=video, language=language, trust="manual", segments=segments)


def script(*texts: str, chunk_tokens: int = 2_600, language: str = "en") -> Script:
    """The script of such a transcript."""
    return split(transcript(*texts, language=language), SplitPolicy(chunk_tokens=chunk_tokens))
