"""Which sentences become claims, and which are quoted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import regex

from pipeline.models.extractive.chapters import Topic
from pipeline.models.extractive.interviews import is_question
from pipeline.models.extractive.likeness import Vector, centre, cosine, vector, weights
from pipeline.models.extractive.reading import Reading, size
from pipeline.models.extractive.survey import Sentence, Survey

_PER_MINUTE, _PER_MINUTE_GOOD = 1.7, 3.5  # sentences that stand alone; as many only if they read well
_LEAST, _MOST, _MOST_GOOD = 6, 22, 40
_LEAST_QUALITY = 0.68
_GOOD_QUALITY = 0.87
_LEAST_QUALITY_UNPUNCTUATED = 0.6  # where no sentence is known to be whole, fewer are better
_FEW = 6  # with fewer good ones the others of a topic are taken too
_INTRODUCED = 2  # lines before a sentence that may introduce what it speaks of
_FOLLOW_QUALITY = 0.6
_MOST_FOLLOWERS = 2
_ALIKE = 0.5  # weight of likeness to what is chosen already
_SAME = 0.75  # so alike that the sentence says it again
_NEIGHBOUR = 0.12
_SUBJECT, _MOST_SUBJECTS = 0.07, 3  # for each name or phrase that the topic speaks of elsewhere, too
_QUOTE_LEAST = 1.5
_QUOTE_WORDS = (7, 30)
_MEMORABLE = regex.compile(
    r"\b(?:most|least|never|always|every|only|nobody|everybody|nothing|everything|impossible|forever|truth|\w{3,}est)\b",
    regex.IGNORECASE,
)
_CONTRAST = regex.compile(
    r"\bnot\b.+\bbut\b|n['’]t\b.+[,;].+|\bif\b.+,|\bthan\b|\bthe more\b.+\bthe more\b|\brather\b"
    r"|\bwithout\b.+\bno\b|\beither\b.+\bor\b|\binstead of\b",
    regex.IGNORECASE,
)


class Choice(NamedTuple):
    """Indices of lines."""

    claims: tuple[int, ...]
    quotes: tuple[int, ...]
    """Best first."""


def choose(survey: Survey) -> Choice:
    """The claims of all topics, ascending, and the quotes worth keeping."""
    weight = weights([r.terms for r in survey.readings])
    chosen: set[int] = set()
    for topic in survey.topics:
        chosen |= _choose_topic(survey, topic, weight)
    return Choice(tuple(sorted(chosen)), tuple(_quotes(survey, chosen)))


def _choose_topic(survey: Survey, topic: Topic, weight: Mapping[str, float]) -> set[int]:
    lines = survey.script.lines
    vectors = {i: vector(survey.readings[i].terms, weight) for i in range(topic.begin, topic.end)}
    middle = centre(v for i, v in vectors.items() if i not in survey.interview.host)
    least = _LEAST_QUALITY if survey.script.punctuated else _LEAST_QUALITY_UNPUNCTUATED
    pool = [
        s for i, s in survey.sentences.items() if topic.begin <= i < topic.end and s.suitability.standing == "alone"
    ]
    good = [s for s in pool if s.suitability.quality >= least]
    known = _subjects(survey, topic)
    score = {
        s.at: _score(s, vectors[s.at], middle) + _SUBJECT * min(_MOST_SUBJECTS, len(known & _keys(survey, s.at)))
        for s in (good if len(good) >= _FEW else pool)
    }
    minutes = (lines[topic.end - 1].end_ms - lines[topic.begin].start_ms) / 60_000
    chosen = _spread(score, vectors, round(min(_MOST, max(_LEAST, minutes * _PER_MINUTE))), set())
    if survey.script.punctuated:
        best = {s.at: score[s.at] for s in good if s.at in score and s.suitability.quality >= _GOOD_QUALITY}
        chosen = _spread(best, vectors, round(min(_MOST_GOOD, minutes * _PER_MINUTE_GOOD)), chosen)
    chosen |= _introductions(survey, chosen)
    return chosen | _followers(survey, chosen)


def _introductions(survey: Survey, chosen: set[int]) -> set[int]:
    """Good sentences just before a chosen one that first speak of what it calls "the …": "a fleet", "the fleet"."""
    first: dict[tuple[str, ...], int] = {}
    for i, line in enumerate(survey.phrases):
        for p in line:
            first.setdefault(p.key, i)
    found: set[int] = set()
    for index in chosen:
        meant = {first[p.key] for p in survey.phrases[index] if p.article == "the" and not p.name}
        for at in meant & set(range(index - _INTRODUCED, index)):
            sentence = survey.sentences.get(at)
            if sentence and sentence.suitability.standing == "alone" and sentence.suitability.quality >= _GOOD_QUALITY:
                found.add(at)
    return found


def _score(sentence: Sentence, own: Vector, middle: Vector) -> float:
    return sentence.suitability.quality * (0.6 + cosine(own, middle))


def _subjects(survey: Survey, topic: Topic) -> set[tuple[str, ...]]:
    """Names and phrases of several words that more than one sentence of the topic speaks of."""
    told = [i for i in range(topic.begin, topic.end) if i not in survey.interview.host]
    strong = Counter(key for i in told for key in _keys(survey, i))
    return {key for key, times in strong.items() if times > 1}


def _keys(survey: Survey, index: int) -> set[tuple[str, ...]]:
    return {p.key for p in survey.phrases[index] if p.name or len(p.key) > 1}


def _spread(score: dict[int, float], vectors: Mapping[int, Vector], count: int, already: set[int]) -> set[int]:
    """The best scores that differ from each other and from those chosen already (maximal marginal relevance)."""
    chosen = set(already)
    alike = {i: max((cosine(vectors[i], vectors[k]) for k in chosen if k != i), default=0.0) for i in score}
    while len(chosen) < count:
        rest = [i for i in score if i not in chosen and alike[i] < _SAME]
        if not rest:
            break
        best = max(rest, key=lambda i: (score[i] - _ALIKE * alike[i] * score[i] + _near(i, chosen), -i))
        chosen.add(best)
        for i in rest:
            alike[i] = max(alike[i], cosine(vectors[i], vectors[best]))
    return chosen


def _near(index: int, chosen: set[int]) -> float:
    return _NEIGHBOUR if {index - 1, index + 1} & chosen else 0.0


def _followers(survey: Survey, chosen: set[int]) -> set[int]:
    """Sentences that go on from a chosen one: "He …" right after "Lenin …"."""
    found: set[int] = set()
    for first in sorted(chosen):
        for index in range(first + 1, first + 1 + _MOST_FOLLOWERS):
            sentence = survey.sentences.get(index)
            if index in chosen or sentence is None or not _goes_on(survey, first, sentence):
                break
            found.add(index)
    return found


def _goes_on(survey: Survey, first: int, sentence: Sentence) -> bool:
    if sentence.suitability.standing != "after" or sentence.suitability.quality < _FOLLOW_QUALITY:
        return False
    person = sentence.reading.words[0].norm.partition("'")[0] in survey.profile.persons
    return not person or "P" in survey.readings[first].tags


def _quotes(survey: Survey, claims: set[int]) -> list[int]:
    """Lines above the threshold, best first; never one that is a claim."""
    found = {
        i: worth
        for i, line in enumerate(survey.script.lines)
        if i not in claims | survey.interview.host and (worth := quote_worth(survey, i, line.text)) >= _QUOTE_LEAST
    }
    return sorted(found, key=lambda i: (-found[i], i))


def quote_worth(survey: Survey, index: int, text: str) -> float:
    """How well a line reads in the speaker's own words; about 1 for a plain sentence."""
    reading, profile = survey.readings[index], survey.profile
    if not _QUOTE_WORDS[0] <= size(reading, profile) <= _QUOTE_WORDS[1] or is_question(text) or not text[0].isupper():
        return 0.0
    if not survey.script.punctuated or not survey.phrases[index]:
        return 0.0
    if reading.words[0].norm in profile.fragments:
        return 0.0
    if profile.promotion.search(text) or profile.meta.search(text) or not _is_whole(reading, survey):
        return 0.0
    worth = 1.0
    worth += 0.35 * min(2, len(_MEMORABLE.findall(text)))
    worth += 0.4 * bool(_CONTRAST.search(text))
    worth += 0.25 * _echoes(reading)
    worth += 0.15 * any(w.norm in profile.first | profile.second | profile.first_plural for w in reading.words)
    worth -= 0.3 * len(profile.loose.findall(text))
    worth -= 0.3 * sum(w.norm in profile.pronouns | profile.demonstratives for w in reading.words[:5])
    worth -= 0.3 * (reading.words[0].norm in profile.pronouns | profile.demonstratives)
    worth -= 0.3 * bool(profile.openers.match(text))
    worth -= 0.03 * max(0.0, size(reading, profile) - 20)
    return worth


def _is_whole(reading: Reading, survey: Survey) -> bool:
    if survey.profile.language == "en" and not any(t in "VM" for t in reading.tags):
        return False
    return len(reading.terms) >= 3 and reading.text.rstrip()[-1:] in '.!。！؟।…"”'


def _echoes(reading: Reading) -> bool:
    """Whether a word that counts comes back, as in many sayings."""
    terms: Sequence[str] = reading.terms
    return len(set(terms)) < len(terms)
