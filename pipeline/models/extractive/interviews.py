"""Who asks: the lines of a host, and where each block of questions begins.

With named speakers the host is the one who asks. Without, questions to "you" are gathered into blocks of neighbouring
lines. Few questions are no interview: a lecturer asks them too.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading
from pipeline.values.script import Line

_GAP = 3  # lines between two questions of one block
_LEAD = 5  # lines before the first question that can belong to it
_LEAST_BLOCKS = 8
_LEAST_PER_HOUR = 5
_LEAST_MS = 25 * 60_000
_ASKS = 0.15  # least share of questions among the lines of a host
_INTRO_MS = 6 * 60_000
_QUESTION_ENDS = ("?", "？", "؟")


class Interview(NamedTuple):
    """Indices of lines, from 0."""

    host: frozenset[int]
    """Lines of the host and of the introduction: nothing is claimed from them."""
    blocks: tuple[int, ...]
    """First lines of the blocks of questions, ascending; empty if this is no interview."""


def find_host(lines: Sequence[Line], readings: Sequence[Reading], profile: Profile) -> Interview:
    """The host of an interview; without one, only the questions themselves."""
    questions = frozenset(i for i, line in enumerate(lines) if is_question(line.text))
    named = _named_host(lines, questions)
    if named:
        host = frozenset(i for i, line in enumerate(lines) if line.speaker == named)
        return Interview(host | questions | _foretaste(lines, profile), tuple(_turns(lines, named, questions)))
    blocks = list(_blocks(lines, readings, questions, profile))
    if not lines or not _is_interview(len(blocks), lines[-1].end_ms):
        return Interview(questions, ())
    asked = {i for begin, end in blocks for i in range(begin, end)} | questions
    if lines[blocks[0][0]].start_ms < _INTRO_MS:
        asked |= set(range(blocks[0][0]))
    asked |= _foretaste(lines, profile)
    return Interview(frozenset(asked), tuple(begin for begin, _ in blocks))


def _foretaste(lines: Sequence[Line], profile: Profile) -> frozenset[int]:
    """Lines before the guest is greeted: pieces of the talk that are shown before it, and the introduction."""
    early = [i for i, line in enumerate(lines) if line.start_ms - lines[0].start_ms < _INTRO_MS]
    greeted = max((i for i in early if profile.greeting.search(lines[i].text)), default=-1)
    return frozenset(range(greeted + 1))


def is_question(text: str) -> bool:
    """Whether a line ends with a question mark."""
    return text.rstrip(" \"'”’»)").endswith(_QUESTION_ENDS)


def _is_interview(blocks: int, end_ms: int) -> bool:
    return blocks >= _LEAST_BLOCKS and blocks * 3_600_000 >= _LEAST_PER_HOUR * end_ms and end_ms > _LEAST_MS


def _named_host(lines: Sequence[Line], questions: frozenset[int]) -> str | None:
    """The named speaker who asks much and says less than the others together."""
    words: Counter[str] = Counter()
    spoken: defaultdict[str, int] = defaultdict(int)
    asked: Counter[str] = Counter()
    for i, line in enumerate(lines):
        if line.speaker:
            words[line.speaker] += len(line.text)
            spoken[line.speaker] += 1
            asked[line.speaker] += i in questions
    if len(words) < 2:
        return None
    host = max(words, key=lambda name: (asked[name] / spoken[name], name))
    modest = words[host] < words.total() / 2
    return host if modest and asked[host] >= 5 and asked[host] / spoken[host] >= _ASKS else None


def _turns(lines: Sequence[Line], host: str, questions: frozenset[int]) -> list[int]:
    """First lines of the turns of the host that hold a question."""
    starts: list[int] = []
    begin = -1
    for i, line in enumerate(lines):
        if line.speaker != host:
            begin = -1
        elif begin < 0:
            begin = i
        if begin >= 0 and i in questions and (not starts or starts[-1] != begin):
            starts.append(begin)
    return starts


def _blocks(
    lines: Sequence[Line], readings: Sequence[Reading], questions: frozenset[int], profile: Profile
) -> list[tuple[int, int]]:
    """Half-open ranges of lines around neighbouring questions, of which one at least is put to "you"."""
    blocks: list[tuple[int, int]] = []
    for first, last in _neighbours(sorted(questions)):
        if not any(_addresses(readings[i], profile) for i in range(first, last + 1)):
            continue
        begin = first
        for i in range(first - 1, max(-1, first - 1 - _LEAD), -1):
            if _addresses(readings[i], profile):
                begin = i
        if blocks and begin < blocks[-1][1]:
            begin = blocks[-1][1]
        blocks.append((min(begin, first), min(last + 1, len(lines))))
    return blocks


def _neighbours(questions: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for i in questions:
        if found and i - found[-1][1] <= _GAP:
            found[-1] = (found[-1][0], i)
        else:
            found.append((i, i))
    return found


def _addresses(reading: Reading, profile: Profile) -> bool:
    return any(w.norm in profile.second for w in reading.words)
