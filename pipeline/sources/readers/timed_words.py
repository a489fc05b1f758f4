"""Lists of timed words, `[[word, start, end], …]`, joined into cues that begin with a real word time."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Reading
from pipeline.values.transcript import Cue, Repair

_PAUSE_MS = 1_000
_MOST_WORDS = 24
_LEAST_WORDS = 4
_STOPS = (".", "?", "!", "…", "。", "？", "！")


class Word(NamedTuple):
    """A spoken word, with the white space that its file puts before it."""

    text: str
    start_ms: int
    end_ms: int | None


def read_timed_words(value: Any) -> Reading | None:
    """The cues of a list of `[word, start, end]` in seconds; None if the value is something else."""
    if not isinstance(value, list) or not value or not all(isinstance(item, list) and len(item) >= 2 for item in value):
        return None
    words: list[Word] = []
    untimed = 0
    for text, start, *rest in value:
        if not isinstance(text, str):
            return None
        start_ms = read_number(start, 1000)
        untimed += start_ms is None
        clock = (words[-1].end_ms or words[-1].start_ms) if words else 0
        words.append(Word(text, clock if start_ms is None else start_ms, read_number(rest[0], 1000) if rest else None))
    repairs = (Repair(kind="missing time taken from the cue before", count=untimed),) if untimed else ()
    return Reading(cues=tuple(join_words(words)), repairs=repairs)


def join_words(words: Iterable[Word]) -> list[Cue]:
    """Cues that end with a sentence, before a pause, or when they get long."""
    cues: list[Cue] = []
    line: list[Word] = []
    for word in words:
        if line and _is_complete(line, word):
            cues.append(_cue(line))
            line = []
        line.append(word)
    return [*cues, _cue(line)] if line else cues


def _is_complete(line: list[Word], following: Word) -> bool:
    last = line[-1]
    silence = following.start_ms - (last.start_ms if last.end_ms is None else last.end_ms)
    ended = len(line) >= _LEAST_WORDS and last.text.rstrip().endswith(_STOPS)
    return ended or silence > _PAUSE_MS or len(line) >= _MOST_WORDS


def _cue(line: list[Word]) -> Cue:
    glue = "" if any(word.text[:1].isspace() for word in line[1:]) else " "
    return Cue(start_ms=line[0].start_ms, end_ms=line[-1].end_ms, text=glue.join(word.text for word in line))
