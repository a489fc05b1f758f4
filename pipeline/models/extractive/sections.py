"""Paragraphs and leads: the order of claims inside one note."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.models.extractive.labels import subject
from pipeline.models.extractive.likeness import Vector, centre, cosine
from pipeline.models.extractive.reading import Reading
from pipeline.models.extractive.survey import Survey

_MOST_PARAGRAPH = 5
_SUPPOSING = frozenset({"would", "could", "might", "still", "instead", "too"})
_ADDING = frozenset({"another", "other", "if", "when"})
_AMONG_FIRST = 4  # words in which "also" says that something was told before
_FAR_MS = 60_000  # between two claims of one paragraph


class Placed(NamedTuple):
    """A claim where the talk has it."""

    id: int
    at: int
    """Index of its line, from 0."""
    text: str
    reading: Reading
    vector: Vector
    follows: bool
    """Must stand right after the claim before it."""


def paragraphs(claims: Sequence[Placed], survey: Survey) -> list[list[Placed]]:
    """Two to five claims each; what follows stays with what it follows."""
    lines = survey.script.lines
    found: list[list[Placed]] = []
    for claim in claims:
        if not found:
            found.append([claim])
            continue
        last = found[-1]
        far = lines[claim.at].start_ms - lines[last[-1].at].end_ms > _FAR_MS
        full = len(last) >= _MOST_PARAGRAPH - 1
        if not claim.follows and len(last) > 1 and (far or full):
            found.append([claim])
        else:
            last.append(claim)
    if len(found) > 1 and len(found[-1]) == 1:
        alone = found.pop()
        found[-1].extend(alone)
    return found


def choose_lead(placed: Sequence[Placed], survey: Survey, title: Sequence[str]) -> list[Placed]:
    """One to three claims that tell what the note is about, in order of time; never all of a note.

    Args:
        placed: the claims of the note in order of time.
        survey: of the script.
        title: stems of the title.
    """
    wanted = 1 if len(placed) < 8 else (2 if len(placed) < 18 else 3)
    followed = {placed[i - 1].id for i in range(1, len(placed)) if placed[i].follows}
    fit = [c for c in placed if not c.follows and c.id not in followed and not _leans(c)]
    if len(placed) - wanted < 2:
        return []
    middle = centre(c.vector for c in placed)
    scores = {c.id: _lead_score(c, survey, middle, title, place=i / len(placed)) for i, c in enumerate(placed)}
    best = sorted(fit, key=lambda c: (-scores[c.id], c.id))[:wanted]
    return sorted(best, key=lambda c: (c.at, c.id))


def _leans(claim: Placed) -> bool:
    """Whether a claim says by its words that something was told before it."""
    norms = [w.norm for w in claim.reading.words]
    return norms[0] in _ADDING or "also" in norms[:_AMONG_FIRST] or not _SUPPOSING.isdisjoint(norms)


def _lead_score(claim: Placed, survey: Survey, middle: Vector, title: Sequence[str], *, place: float) -> float:
    sentence = survey.sentences.get(claim.at)
    quality = sentence.suitability.quality if sentence else 0.9
    told = sentence is None or sentence.suitability.voice == "told"
    terms = set(claim.reading.terms)
    share = sum(t in terms for t in title) / max(1, len(title))
    head = any(s in title for s in claim.reading.stems[:5] if s)
    defines = any(f" {be} {a} " in claim.text for be in ("is", "was", "are", "were") for a in ("a", "an", "the"))
    short = 0.12 if len(claim.reading.words) <= 26 else 0.0
    opens = 0.15 if subject(claim.reading, survey.profile) else 0.0
    personal = any(w.norm in survey.profile.first for w in claim.reading.words)
    points = sum(
        w.norm in survey.profile.demonstratives | survey.profile.pronouns | survey.profile.first_plural
        for w in claim.reading.words
    )
    score = quality * (cosine(claim.vector, middle) + 0.5 * share)
    return (
        score + 0.12 * head + 0.1 * defines + short + opens + 0.1 * told - 0.3 * place - 0.08 * points - 0.3 * personal
    )
