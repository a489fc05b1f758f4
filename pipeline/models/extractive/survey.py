"""Everything the outliner finds out about a script before it chooses: read once, used by the draft and by the plan."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.models.extractive.cleaning import Cleaned, clean
from pipeline.models.extractive.interviews import Interview, find_host
from pipeline.models.extractive.phrases import Phrase, phrases
from pipeline.models.extractive.profile import Profile, profile
from pipeline.models.extractive.reading import Reading, find_names, read
from pipeline.models.extractive.stretches import pieces, quoted
from pipeline.models.extractive.suitability import Rules, Suitability, judge
from pipeline.models.extractive.topics import answer_places, cut_topics, make_units, topic_count
from pipeline.values.script import Line, Script

_LEAST_TOPIC_MS = 4 * 60_000
_LEAST_CHAPTER_MS = 150_000
_FEW = 5  # suitable sentences: with fewer, the rules are relaxed
_ADVERTISEMENT = 5  # lines between two sentences of one advertisement


class Sentence(NamedTuple):
    """A line that may become a claim."""

    at: int
    """Index of the line, from 0."""
    cleaned: Cleaned
    reading: Reading
    suitability: Suitability


class Topic(NamedTuple):
    """Half-open range of line indices about one subject."""

    begin: int
    end: int
    chapter: str
    """The creator's title of it; empty without chapters."""


class Survey(NamedTuple):
    """What was found out about one script."""

    script: Script
    profile: Profile
    readings: tuple[Reading, ...]
    """One a line, of its text as it stands."""
    phrases: tuple[tuple[Phrase, ...], ...]
    """One tuple a line."""
    interview: Interview
    topics: tuple[Topic, ...]
    sentences: dict[int, Sentence]
    """By index of the line: those that stand alone or right after another."""


def survey(script: Script) -> Survey:
    """Reads a script."""
    words = profile(script.transcript.language)
    names = find_names((line.text for line in script.lines), words)
    readings = tuple(read(line.text, words, names) for line in script.lines)
    interview = find_host(script.lines, readings, words)
    advertised = _advertised(script.lines, words)
    return Survey(
        script=script,
        profile=words,
        readings=readings,
        phrases=tuple(() if i in advertised else tuple(phrases(r, words)) for i, r in enumerate(readings)),
        interview=interview,
        topics=tuple(_topics(script, readings, interview)),
        sentences=_sentences(script, interview.host | advertised, names),
    )


def _sentences(script: Script, skipped: frozenset[int], names: frozenset[str]) -> dict[int, Sentence]:
    found = {s.at: s for s in _suitable(script, skipped, names, strict=True)}
    if len(found) >= _FEW:
        return found
    # a very short or very loose talk: rather its plain sentences than no note at all
    return {s.at: s for s in _suitable(script, skipped, names, strict=False)} | found


def _suitable(script: Script, skipped: frozenset[int], names: frozenset[str], *, strict: bool) -> Iterator[Sentence]:
    """The best sentence of each line that has one."""
    words = profile(script.transcript.language)
    for i, line in enumerate(script.lines):
        if i in skipped:
            continue
        following = script.lines[i + 1] if i + 1 < len(script.lines) else None
        best: Sentence | None = None
        for cleaned in _cleanings(line, following, script, names, strict=strict):
            reading = read(cleaned.text, words, names)
            suitability = judge(line.text, cleaned, reading, words, Rules(whole=script.punctuated, strict=strict))
            better = best is None or suitability.quality > best.suitability.quality
            if suitability.standing != "no" and better:
                best = Sentence(i, cleaned, reading, suitability)
        if best is not None:
            yield best


def _cleanings(
    line: Line, following: Line | None, script: Script, names: frozenset[str], *, strict: bool
) -> Iterator[Cleaned]:
    """What a line may become: a sentence, or where there is no punctuation one of its pieces."""
    words = profile(script.transcript.language)
    if script.punctuated:
        cleaned = clean(line.text, words)
        if cleaned is not None:
            yield cleaned
    elif strict:
        yield from pieces(line, following, words, names)
    else:
        yield Cleaned(quoted(line.text.strip(), words), line.text.strip())


def _advertised(lines: Sequence[Line], words: Profile) -> frozenset[int]:
    """Lines of advertisements: around and between marked ones, and whole turns of a speaker that hold two."""
    marked = [i for i, line in enumerate(lines) if words.promotion.search(line.text)]
    near: set[int] = set()
    for a, b in itertools.pairwise(marked):
        if b - a <= _ADVERTISEMENT:
            near.update(range(max(0, a - 1), min(len(lines), b + 2)))
        if lines[a].speaker and all(line.speaker == lines[a].speaker for line in lines[a : b + 1]):
            near.update(_turn(lines, a))
    return frozenset(near)


def _turn(lines: Sequence[Line], index: int) -> range:
    """The lines around one that the same speaker says without a break."""
    begin = end = index
    while begin > 0 and lines[begin - 1].speaker == lines[index].speaker:
        begin -= 1
    while end < len(lines) and lines[end].speaker == lines[index].speaker:
        end += 1
    return range(begin, end)


def _topics(script: Script, readings: Sequence[Reading], interview: Interview) -> list[Topic]:
    lines = script.lines
    if not lines:
        return []
    chapters = _chapters(lines, script)
    if len(chapters) > 1:
        return chapters
    units = make_units(lines, [r.terms for r in readings])
    duration = lines[-1].end_ms - lines[0].start_ms
    count = topic_count(duration)
    allowed = answer_places(lines, interview.blocks) if interview.blocks else None
    each = min(_LEAST_TOPIC_MS, duration // (2 * count))
    per_unit = max(1, duration // max(1, len(units.starts) - 1))
    cuts = cut_topics(units, count, allowed, max(1, each // per_unit))
    return [Topic(a, b, "") for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


def _chapters(lines: Sequence[Line], script: Script) -> list[Topic]:
    """The creator's chapters; one of under two and a half minutes goes to the one before; the longer's title stays."""
    marks = sorted(script.transcript.video.chapters, key=lambda c: c.start_ms)
    topics: list[Topic] = []
    for mark, after in zip(marks, [*marks[1:], None], strict=False):
        begin = _first_line(lines, mark.start_ms) if topics else 0
        end = _first_line(lines, after.start_ms) if after else len(lines)
        if end <= begin:
            continue
        if topics and _length(lines, topics[-1]) < _LEAST_CHAPTER_MS:
            before = topics.pop()
            longer = (
                before.chapter if _length(lines, before) > lines[end - 1].end_ms - lines[begin].start_ms else mark.title
            )
            topics.append(Topic(before.begin, end, longer))
        else:
            topics.append(Topic(begin, end, mark.title))
    if len(topics) > 1 and _length(lines, topics[-1]) < _LEAST_CHAPTER_MS:
        last = topics.pop()
        topics[-1] = topics[-1]._replace(end=last.end)
    return topics


def _length(lines: Sequence[Line], topic: Topic) -> int:
    return lines[topic.end - 1].end_ms - lines[topic.begin].start_ms


def _first_line(lines: Sequence[Line], start_ms: int) -> int:
    slack = 1_500  # as `split` has it: creators set chapters a moment late
    return next((i for i, line in enumerate(lines) if line.start_ms >= start_ms - slack), len(lines))
