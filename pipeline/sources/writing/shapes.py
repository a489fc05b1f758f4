"""Which writer writes a file: a table of shapes, and the endings that name them."""

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.sources.writing import subtitles, texts, youtube
from pipeline.values.transcript import Transcript

WRITERS: dict[str, Callable[[Transcript], str]] = {
    "vtt": subtitles.webvtt,
    "srt": subtitles.srt,
    "sbv": subtitles.sbv,
    "ass": subtitles.ass,
    "lrc": subtitles.lrc,
    "smi": subtitles.sami,
    "sub": subtitles.microdvd,
    "mpl": subtitles.mpl2,
    "json3": youtube.json3,
    "srv1": youtube.srv1,
    "srv2": youtube.srv2,
    "srv3": youtube.srv3,
    "ttml": youtube.ttml,
    "json": texts.api_json,
    "whisper-json": texts.whisper_json,
    "podcast-json": texts.podcast_json,
    "citenote-json": texts.own_json,
    "tsv": texts.whisper_tsv,
    "csv": texts.comma_separated,
    "txt": texts.text_with_marks,
    "whisper-txt": texts.whisper_print,
    "md": texts.markdown,
}
"""A shape and its writer; a name without `-` is also the ending that stands for it."""

_OTHER_ENDINGS = {"ssa": "ass", "xml": "srv1", "dfxp": "ttml", "ytt": "srv3", "sami": "smi", "markdown": "md"}


def shape_named(path: Path, shape: str | None) -> str:
    """The shape asked for, else the one that the ending of a file stands for.

    Raises:
        SettingsError: neither says one.
    """
    named = shape or path.suffix.lower().removeprefix(".")
    named = _OTHER_ENDINGS.get(named, named)
    if named not in WRITERS:
        said = f"{shape!r} is no shape that is written here" if shape else f"{path}: the ending says no shape"
        raise SettingsError(said, remedy=f"Name one with --as: {', '.join(WRITERS)}.")
    return named


def written(transcript: Transcript, shape: str) -> str:
    """The transcript as a text of this shape."""
    return WRITERS[shape](transcript)
