"""Everything the outliner finds out about a script before it chooses: read once, used by the draft and by the plan."""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.models.extractive.chapters import Topic, chapter_topics
from pipeline.models.extractive.cleaning import Cleaned, clean
from pipeline.models.extractive.interviews import Interview, find_host
from pipeline.models.extractive.likeness import vector, weights
from pipeline.models.extractive.phrases import Phrase, phrases
from pipeline.models.extractive.profile import Profile, profile
from pipeline.models.extractive.reading import Reading, find_names, read
from pipeline.models.extractive.stretches import pieces, quoted
from pipeline.models.extractive.suitability import Rules, Suitability, judge
from pipeline.models.extractive.topics import answer_places, at_turn, at_words, cut_topics, make_units, topic_count
from pipeline.values.script import Line, Script

_LEAST_TOPIC_MS = 4 * 60_000
_LOOSE = 3  # topics of a punctuated talk that make one of a talk without punctuation
_FEW = 5  # suitable sentences: with fewer, the rules are relaxed
_ADVERTISEMENT = 5  # lines between two sentences of one advertisement


class Sentence(NamedTuple):
    """A line that may become a claim."""

    at: int
    """Index of the line, from 0."""
    cleaned: Cleaned
    reading: Reading
    suitability: Suitability


class Survey(NamedTuple):
    """What was found out about one script."""

    script: Script
    profile: Profile
    names: frozenset[str]
    """Words that are names wherever they stand."""
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
        names=names,
        readings=readings,
        phrases=tuple(() if i in advertised else tuple(phrases(r, words)) for i, r in enumerate(readings)),
        interview=interview,
        topics=tuple(_topics(script, readings, interview, words)),
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


def _topics(script: Script, readings: Sequence[Reading], interview: Interview, words: Profile) -> list[Topic]:
    lines = script.lines
    if not lines:
        return []
    chapters = script.transcript.video.chapters
    if len(chapters) > 1:
        return chapter_topics(lines, chapters)
    units = make_units(lines, [r.terms for r in readings])
    duration = lines[-1].end_ms - lines[0].start_ms
    count = topic_count(duration)
    if not script.punctuated and words.language == "en":
        count = -(-count // _LOOSE)  # few of its words are fit for a page
    allowed = answer_places(lines, interview.blocks) if interview.blocks else None
    each = min(_LEAST_TOPIC_MS, duration // (2 * count))
    per_unit = max(1, duration // max(1, len(units.starts) - 1))
    cuts = cut_topics(units, count, allowed, max(1, each // per_unit))
    if allowed is None:
        cuts = _at_turns(lines, readings, cuts, words)
    return [Topic(a, b) for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


def _at_turns(lines: Sequence[Line], readings: Sequence[Reading], cuts: Sequence[int], words: Profile) -> list[int]:
    """Each cut moved to where the speaker turns to the next subject: after a pause, else where the words change."""
    weight = weights([r.terms for r in readings])
    vectors = [vector(r.terms, weight) for r in readings]
    moved = [0]
    for cut, end in zip(cuts[1:], [*cuts, len(lines)][2:], strict=True):
        turn = at_turn(lines, cut, words.openers)
        moved.append(at_words(lines, vectors, (moved[-1], cut, end)) if turn is None else turn)
    return moved
