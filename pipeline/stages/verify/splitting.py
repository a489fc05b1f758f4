"""Repair: a claim of two facts that are said at two places is anchored half by half and cited twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from pipeline.language.lexicon import lexicon
from pipeline.settings import CitationPolicy
from pipeline.stages.verify.anchor import Anchor, whole_lines
from pipeline.stages.verify.cited_lines import cited_evidence
from pipeline.stages.verify.evidence import Evidence, Spoken, densest_words
from pipeline.stages.verify.facts import objections
from pipeline.stages.verify.parts import Half, lacking_half
from pipeline.stages.verify.quote import Span
from pipeline.stages.verify.support import support

_CARRIED = 0.6  # support that a half without a quote needs at the place found for it
_NEAR = 2  # words between the cut and the word that joins the halves
_JOINED = regex.compile(r"[;:.—–]\s*$")
_ENGLISH_JOINS = frozenset("and but while whereas although though because so yet".split())  # noqa: SIM905 - a row of words


@dataclass(frozen=True, slots=True)
class Split:
    """A claim whose halves are each carried by a place of their own."""

    anchors: tuple[Anchor, ...]
    """Those it had, then that of the half that they do not hold."""
    support: float
    """Of the weaker half."""


def split(evidence: Evidence, found: Sequence[Anchor], policy: CitationPolicy) -> Split | None:
    """The claim cited twice; None when it is not of two facts, or a place does not carry its half.

    A half must begin where a word or a stop joins two clauses: the subject of one fact and the predicate of another
    make no claim of two facts.
    """
    half = lacking_half(evidence)
    cut = _joint(evidence.claim, half) if half else None
    if half is None or cut is None:
        return None
    index = evidence.index
    texts = _texts(evidence.claim, cut)
    lacking, rest = (Spoken.of(text, index) for text in (texts if half.first == 0 else texts[::-1]))
    span = whole_lines(index, Span(*densest_words(index, lacking, (half.place.first, half.place.last))))
    elsewhere = cited_evidence(index, lacking, [span])
    here = cited_evidence(index, rest, [a.span for a in found])
    weaker = min(support(here), support(elsewhere))
    if support(here) < policy.support or support(elsewhere) < max(_CARRIED, policy.support):
        return None
    if objections(here) or objections(elsewhere):
        return None
    added = Anchor(span, "missing", found[0].asked_line, moved=True)
    return Split((*found, added), weaker)


def _joint(claim: Spoken, half: Half) -> int | None:
    """The word with which the second half begins: the nearest to the cut that joins clauses."""
    cut = half.last if half.first == 0 else half.first
    near = [place for place in _joints(claim) if abs(place - cut) <= _NEAR]
    return min(near, key=lambda place: abs(place - cut), default=None)


def _joints(claim: Spoken) -> Iterator[int]:
    language = claim.reading.language
    joins = _ENGLISH_JOINS if language == "en" else lexicon(language).clause_joins
    for place in range(1, len(claim.reading.forms)):
        between = claim.text[claim.reading.ends[place - 1] : claim.reading.starts[place]]
        if claim.reading.forms[place] in joins or _JOINED.search(between):
            yield place


def _texts(claim: Spoken, cut: int) -> list[str]:
    """The claim's own characters before and after the cut."""
    return [claim.words(0, cut - 1), claim.words(cut, len(claim.reading.forms) - 1)]
