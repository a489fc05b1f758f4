"""What a person asked for: files, folders, YouTube addresses, channels, feeds and lists, as things to fetch."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import BlockedError, SettingsError, SourceError, TransientError
from pipeline.sources.addresses import NO_VIDEO, WHOLE, list_page, video_id, why_no_video
from pipeline.sources.causes import NotListed
from pipeline.sources.files import transcript_files
from pipeline.sources.list_files import Entry, entries_in
from pipeline.sources.naming import facts_of_name, slug, stem_of
from pipeline.sources.sidecar import sidecar_facts
from pipeline.sources.wanted import Known, Problem, Wanted

Expand = Callable[[str], Iterable[Wanted]]
"""The videos behind the address of a playlist, channel or feed; raises our errors."""

_REMEDY = (
    "Give YouTube addresses or 11-character ids, playlists, channels, feeds, transcript files, or folders of them."
)


def listed(videos: Iterable[str], list_file: Path | None, expand: Expand | None = None) -> tuple[Wanted, ...]:
    """Everything asked for, in order, each thing once.

    A line of the list that names nothing, and a playlist, channel or feed that cannot be listed, come out as `Wanted`
    with a problem, so that the others run.

    Args:
        videos: the arguments.
        list_file: a list of more of them.
        expand: lists playlists, channels and feeds; without it they are refused.

    Raises:
        SettingsError: naming each argument that is neither a file, a folder, a video nor a list, or a list file that
            cannot be read; nothing is asked of any server then.
    """
    named = [Entry(text) for text in videos]
    wrong = [f"{entry.text}: {_why_not(entry.text)}" for entry in named if not _is_something(entry.text)]
    if wrong:
        raise SettingsError("\n".join(wrong), remedy=_REMEDY)
    lines = [_beside(entry, list_file) for entry in entries_in(list_file)] if list_file else []
    found: dict[str, Wanted] = {}
    for entry in (*named, *lines):
        for wanted in _wanted(entry, expand):
            found.setdefault(f"{entry.where} {wanted.place}" if wanted.problem else wanted.place, wanted)
    return tuple(found.values())


def _beside(entry: Entry, list_file: Path) -> Entry:
    """Paths of a list are meant from its folder."""
    beside = list_file.parent / entry.text
    try:
        return entry._replace(text=str(beside)) if not entry.fault and beside.exists() else entry
    except OSError:  # a line that no path can be as long as
        return entry


def _wanted(entry: Entry, expand: Expand | None) -> Iterator[Wanted]:
    given = {"title": entry.title, "channel": entry.channel}
    from_list = bool(entry.where)
    try:
        for wanted in _named_by(entry, expand):
            named = {key: value for key, value in given.items() if value and not getattr(wanted, key)}
            yield wanted.model_copy(update={**named, "listed": wanted.listed or from_list})
    except (SourceError, TransientError, BlockedError) as error:
        problem = Problem(kind=error.kind, message=f"{_at(entry)}{error.message}", remedy=error.remedy)
        yield Wanted(problem=problem, entry=entry.text, listed=True)


def _named_by(entry: Entry, expand: Expand | None) -> Iterator[Wanted]:
    path, text = Path(entry.text), entry.text
    if entry.fault is None and _is_folder(path):
        files = transcript_files(path)
        if not files:
            raise NotListed(f"{text}: the folder holds no transcript", remedy=_REMEDY)
        yield from (Wanted(path=p, known=_known_of(p), listed=True) for p in files)
    elif entry.fault is None and _is_file(path):
        yield Wanted(path=path, known=_known_of(path))
    elif entry.fault is None and (video := video_id(text)):
        yield Wanted(youtube_id=video)
    elif entry.fault is None and expand is not None and (address := list_page(text) or _web_address(text)):
        yield from expand(address)
    else:
        raise NotListed(
            f"{text}: {entry.fault or _why_not(text)}", remedy=_REMEDY if NO_VIDEO in _why_not(text) else WHOLE
        )


def _known_of(path: Path) -> Known:
    """What yt-dlp's description beside a file says; the file itself tells more once it is read."""
    facts, _ = sidecar_facts(path)
    return Known(title=facts.title, channel=facts.channel, published=facts.published, duration_ms=facts.duration_ms)


def known_id(wanted: Wanted) -> str:
    """The id of its video as far as it is known before it is fetched."""
    if wanted.path is None:
        return wanted.id or wanted.place
    named = sidecar_facts(wanted.path)[0].over(facts_of_name(wanted.path.name)).id
    return wanted.id or named or slug(stem_of(wanted.path.name))


def _at(entry: Entry) -> str:
    return f"{entry.where}: " if entry.where else ""


def _is_something(text: str) -> bool:
    path = Path(text)
    if _is_folder(path):
        return bool(transcript_files(path))
    return bool(_is_file(path) or video_id(text) or list_page(text) or _web_address(text))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # longer than a path can be
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _web_address(text: str) -> str | None:
    """An address that may be that of a feed; one of YouTube that names neither a video nor a list is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    is_youtube = why_no_video(text) != NO_VIDEO
    return None if is_youtube and parts.path != "/feeds/videos.xml" else text


def _why_not(text: str) -> str:
    if _is_folder(Path(text)):
        return "the folder holds no transcript"
    why = why_no_video(text)
    if why == NO_VIDEO:
        return f"there is no such file, and it is {why}"
    return why if "/" in text else f"there is no such file, and {why}"
