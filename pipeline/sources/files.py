"""Transcript files: a path in, a `Transcript` out, with all that the options, a sidecar, the file and its name tell."""

from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.language.guessing import guess_language
from pipeline.sources.addresses import YOUTUBE_ID, watch_page
from pipeline.sources.addresses import video_id as id_in
from pipeline.sources.causes import EmptyFile, Malformed, NoSpeech, NoTimes, UnknownShape, UnreadableFile
from pipeline.sources.cleaning import clean_line
from pipeline.sources.naming import facts_of_name, slug, stem_of
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.decoding import decode
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.readers.reading import Broken, Facts, Reading
from pipeline.sources.readers.shapes import KNOWN_SHAPES, is_transcript, read_shape
from pipeline.sources.sidecar import sidecar_facts
from pipeline.values.transcript import Chapter, Repair, Transcript, Video

_SNIFFED = 256 * 1024
_LONGEST_TITLE = 300
_OTHER_ENDINGS = (
    *(".info.json", ".py", ".html", ".pdf"),
    *(".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mkv", ".webm", ".mp3", ".m4a", ".wav"),
)
_CAPTIONS = (".vtt", ".srt", ".json", ".json3", ".sbv", ".ass", ".ssa", ".lrc", ".ttml", ".srv1", ".srv2", ".srv3")


class Opened(NamedTuple):
    """A transcript, and the shape of the file that it was read from."""

    transcript: Transcript
    shape: str


def read_transcript_file(
    path: Path, *, video_id: str | None = None, title: str | None = None, channel: str | None = None
) -> Transcript:
    """The transcript in a file of any known shape, as `open_transcript_file` gives it."""
    return open_transcript_file(path, video_id=video_id, title=title, channel=channel).transcript


def open_transcript_file(
    path: Path, *, video_id: str | None = None, title: str | None = None, channel: str | None = None
) -> Opened:
    """The transcript in a file of any known shape, and which shape it is.

    What is known of the video comes from the options, else from `<name>.info.json` beside the file, else from the file
    itself, else from its name. A YouTube address may be given as `video_id`.

    Raises:
        SourceError: a subclass for each reason why there is no usable transcript in it.
    """
    reading = _read(path)
    beside, mended = sidecar_facts(path)
    ordered = put_in_order(reading.cues, (*mended, *reading.repairs), one_clock=not reading.tracks)
    if not ordered.segments:
        raise NoSpeech(
            f"{path}: nobody speaks in it ({ordered.sounds} cues hold only a sound)",
            remedy="Leave this file out, or give the captions in another language.",
        )
    stated = beside.over(reading.facts).over(facts_of_name(path.name))
    options = Facts(id=id_in(video_id) or video_id if video_id else None, title=title, channel=channel)
    return Opened(_transcript(options, stated, ordered, path), reading.shape)


def transcript_files(folder: Path) -> list[Path]:
    """The transcript files in a folder in the order of their names; what is no transcript is left out.

    Raises:
        UnreadableFile: the folder cannot be listed.
    """
    try:
        names = sorted(folder.iterdir())
    except OSError as error:
        raise UnreadableFile(f"{folder}: {error.strerror}", remedy="Check the path and its permissions.") from error
    return [path for path in names if path.is_file() and _may_be_transcript(path)]


def _may_be_transcript(path: Path) -> bool:
    """Empty and broken files of a caption format count, so that a run reports them instead of passing over them."""
    name = path.name.lower()
    if name.startswith(".") or name.endswith(_OTHER_ENDINGS):
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(_SNIFFED)
    except OSError:
        return True
    text = decode(head).text
    return is_transcript(text) if text.strip() else path.suffix.lower() in _CAPTIONS


def _read(path: Path) -> Reading:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}", remedy="Check the path and its permissions.") from error
    text, broken = decode(data)
    if not text.strip():
        raise EmptyFile(
            f"{path}: the file is empty ({len(data)} bytes)",
            remedy="YouTube answers so when it wants a browser: download the captions again, later or another way.",
        )
    reading = read_text(text, str(path))
    repairs = (Repair(kind="byte that cannot be read", count=broken),) if broken else ()
    return reading.model_copy(update={"repairs": (*repairs, *reading.repairs)})


def read_text(text: str, where: str) -> Reading:
    """The cues of a text of any known shape; `where` names it in errors.

    Raises:
        SourceError: of the kinds `UnknownShape`, `NoTimes` and `Malformed`.
    """
    try:
        reading = read_shape(text)
    except Broken as error:
        place = f"{where}, line {error.line}" if error.line else where
        raise Malformed(f"{place}: {error.what}", remedy=error.remedy) from error
    if reading is not None:
        return reading
    if _is_prose(text[:_SNIFFED]):
        raise NoTimes(
            f"{where}: it has words but no times, so nothing could be cited",
            remedy="Give the captions of the video, or begin the lines with times: [mm:ss] text.",
        )
    raise UnknownShape(f"{where}: no kind of transcript that is known here", remedy=f"Known are {KNOWN_SHAPES}.")


def _is_prose(text: str) -> bool:
    """Words rather than markup or bytes."""
    letters = sum(1 for c in text if c.isalpha() or c.isspace())
    return not text.lstrip().startswith(("<", "{")) and "\x00" not in text and letters * 10 >= 6 * len(text)


def _transcript(options: Facts, stated: Facts, ordered: Ordered, path: Path) -> Transcript:
    facts = options.over(stated)
    identity = facts.id if facts.id and YOUTUBE_ID.fullmatch(facts.id) else slug(facts.id or stem_of(path.name))
    title = clean_line(facts.title or "")[:_LONGEST_TITLE] or identity
    sample = " ".join(segment.text for segment in islice(ordered.segments, 400))
    return Transcript(
        video=Video(
            id=identity,
            title=title,
            channel=clean_line(facts.channel or "")[:_LONGEST_TITLE],
            url=_url(identity, options, stated),
            published=facts.published,
            duration_ms=facts.duration_ms,
            chapters=tuple(Chapter(start_ms=c.start_ms, title=clean_line(c.title)) for c in facts.chapters),
            speakers=tuple(dict.fromkeys(s.speaker for s in ordered.segments if s.speaker)),
        ),
        language=language_tag(facts.language) or guess_language(sample),
        trust=facts.trust or "unknown",
        segments=ordered.segments,
        repairs=ordered.repairs,
    )


def _url(identity: str, options: Facts, stated: Facts) -> str | None:
    """The watch page where the id is YouTube's; else the page that the sidecar or the file names; else None."""
    named = stated.url if options.id in (None, stated.id) else None
    if named and id_in(named) != identity:
        try:
            parts = urlsplit(named)
        except ValueError:
            return None
        is_page = (
            parts.scheme in ("http", "https") and parts.netloc and not any(c.isspace() or c in '<>"' for c in named)
        )
        return named if is_page and id_in(named) is None else None
    source = options.id or stated.id
    return watch_page(identity) if source == identity and YOUTUBE_ID.fullmatch(identity) else None
