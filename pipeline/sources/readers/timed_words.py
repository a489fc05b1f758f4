"""Timed words joined into cues that begin with a real word time, and rows such as `[word, start, end]`."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import regex

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.reading import Reading, repairs_of
from pipeline.values.transcript import Cue

_PAUSE_MS = 1_000
_MOST_WORDS = 24
_LEAST_WORDS = 4
_STOPS = (".", "?", "!", "…", "。", "？", "！")
_CLOSING = re.compile(r"[.,!?;:…%)\]}、。！？，；：]+")
_NO_SPACES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_MOST_PHRASES = 0.3


class Word(NamedTuple):
    """A spoken word, with the white space that its file puts before it."""

    text: str
    start_ms: int
    end_ms: int | None
    speaker: str | None = None


class _Row(NamedTuple):
    text: Any
    start: Any
    end: Any


def read_timed_words(value: Any) -> Reading | None:
    """The cues of a list of `[word, start, end]` or `[start, end, text]` in seconds; None if it is something else."""
    if not isinstance(value, list) or not value or not all(isinstance(item, list) and len(item) >= 2 for item in value):
        return None
    rows = [_row(item) for item in value]
    if not all(isinstance(row.text, str) for row in rows):
        return None
    words: list[Word] = []
    counts: Counter[str] = Counter()
    for row in rows:
        start_ms = read_number(row.start, 1000)
        counts["missing time taken from the cue before"] += start_ms is None
        clock = (words[-1].end_ms or words[-1].start_ms) if words else 0
        words.append(Word(row.text, clock if start_ms is None else start_ms, read_number(row.end, 1000)))
    if sum(len(word.text.split()) > 1 for word in words) > _MOST_PHRASES * len(words):
        cues = [Cue(start_ms=w.start_ms, end_ms=w.end_ms, text=w.text) for w in words]
        return Reading(cues=tuple(cues), repairs=repairs_of(counts), shape="JSON of timed texts")
    return Reading(cues=tuple(join_words(words)), repairs=repairs_of(counts), shape="JSON of timed words")


def _row(item: list[Any]) -> _Row:
    """Text and times, whichever of them come first."""
    if isinstance(item[0], str) and not (isinstance(item[-1], str) and read_number(item[0], 1000) is not None):
        return _Row(item[0], item[1], item[2] if len(item) > 2 else None)
    return _Row(item[-1], item[0], item[1] if len(item) > 2 else None)


def join_words(words: Iterable[Word]) -> list[Cue]:
    """Cues that end with a sentence, before a pause or another speaker, or when they get long."""
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
    if _CLOSING.fullmatch(following.text.strip()):
        return False
    silence = following.start_ms - (last.start_ms if last.end_ms is None else last.end_ms)
    ended = len(line) >= _LEAST_WORDS and last.text.rstrip().endswith(_STOPS)
    changed = following.speaker is not None and following.speaker != line[0].speaker
    return ended or changed or silence > _PAUSE_MS or len(line) >= _MOST_WORDS


def _cue(line: list[Word]) -> Cue:
    spaced = any(word.text[:1].isspace() for word in line[1:])
    text = line[0].text
    for word in line[1:]:
        text += "" if spaced or _touches(text, word.text) else " "
        text += word.text
    return Cue(start_ms=line[0].start_ms, end_ms=line[-1].end_ms, text=text, speaker=line[0].speaker)


def _touches(before: str, following: str) -> bool:
    """Whether no space belongs between two words: before closing marks, and in scripts without spaces."""
    if _CLOSING.fullmatch(following):
        return True
    return bool(_NO_SPACES.match(before[-1:]) and _NO_SPACES.match(following[:1]))
