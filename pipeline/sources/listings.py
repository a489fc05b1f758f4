"""What a person asked for: files, folders, YouTube addresses and lists of them, as a list of things to fetch."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.sources.files import transcript_files
from pipeline.sources.youtube import video_id
from pipeline.values.base import Value


class Wanted(Value):
    """One video to be made into notes: exactly one of `path` and `youtube_id` is set."""

    path: Path | None = None
    youtube_id: str | None = None
    id: str | None = None
    """Overrides the id that the source gives."""
    title: str | None = None
    channel: str | None = None

    @property
    def name(self) -> str:
        """How to speak of it before its title is known."""
        return str(self.path) if self.path else str(self.youtube_id)


def listed(videos: Iterable[str], list_file: Path | None) -> tuple[Wanted, ...]:
    """Everything asked for, in order, each thing once.

    Raises:
        SettingsError: naming each argument or line of the list that is neither a file, a folder nor a video, or a list
            that cannot be read; nothing is started then.
    """
    found: dict[Wanted, None] = {}
    wrong: list[str] = []
    for where, text in [*(("", v) for v in videos), *_lines(list_file)]:
        wanted = list(_wanted(text))
        found.update(dict.fromkeys(wanted))
        if not wanted:
            wrong.append(f"{where}{text}: {_why_not(text)}")
    if wrong:
        raise SettingsError(
            "\n".join(wrong), remedy="Give YouTube addresses or 11-character ids, transcript files, or folders of them."
        )
    return tuple(found)


def _lines(list_file: Path | None) -> Iterator[tuple[str, str]]:
    if list_file is None:
        return
    try:
        text = list_file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{list_file}: cannot be read: {error}", remedy="Name a UTF-8 text file.") from error
    for number, line in enumerate(text.splitlines(), 1):
        # " #" and not "#": an address may hold a fragment
        entry = line.split(" #", 1)[0].strip()
        if entry and not entry.startswith("#"):
            beside = list_file.parent / entry
            yield f"{list_file}:{number}: ", str(beside) if beside.exists() else entry


def _wanted(text: str) -> Iterator[Wanted]:
    path = Path(text)
    if path.is_dir():
        yield from (Wanted(path=p) for p in transcript_files(path))
    elif path.is_file():
        yield Wanted(path=path)
    elif found := video_id(text):
        yield Wanted(youtube_id=found)


def _why_not(text: str) -> str:
    if Path(text).is_dir():
        return "the folder holds no transcript"
    return "there is no such file, and it is not a YouTube address or id"
