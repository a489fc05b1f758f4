"""`citenote transcript`: what a source holds, in which shape it came, what was mended; the words in another shape."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from pipeline.errors import BlockedError, SettingsError, SourceError, TransientError
from pipeline.settings import Settings
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.files import Opened, open_transcript_file
from pipeline.sources.gate import Gate, Timing
from pipeline.sources.listings import listed
from pipeline.sources.speech import is_sound
from pipeline.sources.transcript_report import Refusal, TranscriptReport, report_of
from pipeline.sources.wanted import Wanted
from pipeline.sources.writing.shapes import shape_named, written
from pipeline.store.cooling import CoolDowns
from pipeline.store.store import Store
from pipeline.values.base import Value
from pipeline.values.transcript import Transcript

STDOUT = Path("-")
_FETCHED = {True: "speech, heard", False: "captions, fetched"}


class TranscriptOptions(Value):
    """The options of `citenote transcript`."""

    sources: tuple[str, ...]
    write: Path | None = None
    """A file; a folder where there are several sources; `-` for standard output."""
    shape: str | None = None
    video_id: str | None = None
    title: str | None = None
    channel: str | None = None
    fresh: bool = False


class Read(Value):
    """What became of a source: its report, and the text that is to be printed."""

    report: TranscriptReport | Refusal
    text: str | None = None


def read_transcripts(options: TranscriptOptions, settings: Settings) -> Iterator[Read]:
    """Each source read, and written where the options say so, in order; one that cannot be read stops no other.

    Raises:
        SettingsError: a source is neither a file, a folder nor a video, or what is to be written cannot be.
    """
    wanted = _named(listed(options.sources, None), options)
    targets = _targets(wanted, options)
    with ExitStack() as stack:
        reading = _Reading(settings, stack, fresh=options.fresh)
        for one, target in zip(wanted, targets, strict=True):
            yield _read(one, target, options.shape, reading)


def _named(wanted: Sequence[Wanted], options: TranscriptOptions) -> list[Wanted]:
    if len(wanted) > 1 and (options.video_id or options.title):
        raise SettingsError(
            f"--video-id and --title name one video, and there are {len(wanted)}", remedy="Read them one by one."
        )
    named = {"id": options.video_id, "title": options.title, "channel": options.channel}
    return [w.model_copy(update={key: value for key, value in named.items() if value}) for w in wanted]


class _Reading:
    """Reads files, and opens the store only when something must be fetched or heard."""

    def __init__(self, settings: Settings, stack: ExitStack, *, fresh: bool) -> None:
        self._settings = settings
        self._stack = stack
        self._fresh = fresh
        self._fetching: Fetching | None = None

    def __call__(self, wanted: Wanted) -> Opened:
        if wanted.path is not None and not is_sound(wanted.path):
            return open_transcript_file(wanted.path, video_id=wanted.id, title=wanted.title, channel=wanted.channel)
        return Opened(self._fetched(wanted), _FETCHED[wanted.path is not None])

    def _fetched(self, wanted: Wanted) -> Transcript:
        if self._fetching is None:
            settings = self._settings
            store = self._stack.enter_context(Store(settings.store))
            gate = Gate(settings.youtube, CoolDowns(store), Timing())
            ways = Ways(speech=settings.speech)
            self._fetching = Fetching(
                settings.youtube, store, fresh=self._fresh, sleep=time.sleep, gate=gate, ways=ways
            )
        return self._fetching(wanted)


def _read(wanted: Wanted, target: Path | None, shape: str | None, reading: _Reading) -> Read:
    try:
        opened = reading(wanted)
    except (SourceError, TransientError, BlockedError) as error:
        refusal = Refusal(source=wanted.name, kind=error.kind, message=error.message, remedy=error.remedy)
        return Read(report=refusal)
    report = report_of(opened.transcript, opened.shape, wanted.name)
    if target is None:
        return Read(report=report)
    text = written(opened.transcript, shape_named(target, shape))
    if target == STDOUT:
        return Read(report=report, text=text)
    _write(target, text)
    return Read(report=report.model_copy(update={"written": str(target)}))


def _targets(wanted: Sequence[Wanted], options: TranscriptOptions) -> list[Path | None]:
    """The file that each source is written to."""
    write = options.write
    if write is None:
        if options.shape:
            raise SettingsError("--as says in which shape to write, but not where", remedy="Add --write FILE.")
        return [None] * len(wanted)
    if write == STDOUT or (len(wanted) == 1 and not write.is_dir()):
        shape_named(write, options.shape)
        targets = [write] * len(wanted)
    else:
        targets = _in_folder(wanted, write, options.shape)
    taken = {w.path.resolve() for w in wanted if w.path}
    if clash := next((t for t in targets if t != STDOUT and t.resolve() in taken), None):
        raise SettingsError(f"{clash}: it would be written over what is read", remedy="Name another file or folder.")
    return list(targets)


def _in_folder(wanted: Sequence[Wanted], folder: Path, shape: str | None) -> list[Path]:
    """A file for each source in a folder, named after it."""
    if shape is None or (folder.exists() and not folder.is_dir()):
        raise SettingsError(
            f"{folder}: {len(wanted)} transcripts are written into a folder, in a shape that --as names",
            remedy="Name a folder, and the shape with --as.",
        )
    ending = shape_named(folder, shape).rpartition("-")[2]
    stems = [_stem(w) for w in wanted]
    names = [s if stems.count(s) == 1 else f"{s}-{stems[:i].count(s) + 1}" for i, s in enumerate(stems)]
    return [folder / f"{name}.{ending}" for name in names]


def _stem(wanted: Wanted) -> str:
    if wanted.path:
        return wanted.path.stem
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in wanted.name)[:80]


def _write(target: Path, text: str) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"{target}: cannot be written ({error.strerror})", remedy="Name another file.") from error
