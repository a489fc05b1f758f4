"""Titles: the noun phrase that tells one stretch of a talk from the others."""

import math
from collections.abc import Iterable, Mapping, Sequence

from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.uses import DECILES, Key, Phrasing, Use, longest

_MULTIWORD = 2.6
_CONTRAST = 1.4  # how much a phrase gains by being used nowhere else
_LINKED = 2.8  # "constraints on power" said twice is as good as a title gets
_NAME = 1.5
_CLAIMED = 0.2  # for each claim that holds the phrase, up to four
_SECOND = 0.45  # least worth of a second phrase in a title, of the first
_TOGETHER = 3  # sentences in which, or beside which, both phrases of a title stand
_PASSING = 0.6  # named in passing
_OBLIQUE = 0.4  # a form that no dictionary has as its head; a place where something happens
_OF_THE_VIDEO = 1.6  # gained by a phrase of the video's own title, where nothing is to be told apart
_PLAIN = 5  # sentences that make one plain word a subject
_PLAIN_DECILES = 4
_RULING = 1.33  # what a plain word that rules is worth beside names
_RULING_TIMES, _RULING_DECILES, _RULING_SHARE = 8, 6, 0.3
_MOST_TITLE = 70  # characters


def ranked(found: Iterable[Use], claimed: Mapping[Key, int], known: Phrasing, *, alone: bool) -> list[Use]:
    """Phrases that come twice or more, those fittest for a title first.

    Args:
        found: of the stretch.
        claimed: how many claims of the stretch hold each phrase.
        known: totals of the script.
        alone: whether the stretch is the whole talk, so that nothing can be told apart.
    """
    pool = longest([u for u in found if u.times > 1])
    scored = [u._replace(score=_score(u, claimed, known, alone=alone)) for u in pool]
    return sorted((u for u in scored if u.score > 0), key=lambda u: (-u.score, u.key))


def _score(use: Use, claimed: Mapping[Key, int], known: Phrasing, *, alone: bool) -> float:
    score = math.log(1 + use.times) * (0.25 + 0.75 * use.deciles / DECILES)
    if not alone:
        score *= (0.1 + use.share) ** _CONTRAST
    else:
        score *= 1 + _OF_THE_VIDEO * len(known.video.intersection(use.key)) / len(use.key)
    if use.linked:
        score *= _LINKED
    elif len(use.key) > 1:
        score *= _MULTIWORD
    if use.named:
        score *= _NAME
    score *= 1 + _CLAIMED * min(4, claimed.get(use.key, 0))
    if use.times < _TOGETHER and claimed.get(use.key, 0) < 2:
        score *= _PASSING
    if use.oblique or use.placed:
        score *= _OBLIQUE
    return score * (0.6 if len("".join(use.key)) < 4 else 1.0)


def compose(best: Sequence[Use], profile: Profile, taken: Iterable[str] = ()) -> str:
    """A title of one phrase, or of two that go together; "" if there is none.

    A plain word is a title only where much is said of it and nothing stronger is to be had.

    Args:
        best: phrases, best first.
        profile: of the language.
        taken: titles that must not come again.
    """
    refused = {t.casefold() for t in taken}
    said = {frozenset(read(t, profile).terms) for t in taken}
    best = [u for u in best if frozenset(u.key) not in said]
    strong = [u for u in best if u.strong and not u.oblique and not u.placed]
    plain = [u for u in best if not u.strong and u.times >= _PLAIN and u.deciles >= _PLAIN_DECILES]
    plain = [u for u in plain if u.text.casefold() not in profile.dull and not u.oblique]
    often = [u for u in strong if u.times >= _TOGETHER or (u.linked and u.lines[-1] - u.lines[0] >= _TOGETHER)]
    ruling = [u for u in plain if _rules(u) and not any(set(u.key) < set(o.key) for o in often)]
    partners = sorted((*often, *ruling), key=lambda u: -u.score)
    more = _RULING if often and often[0].name else 1.0
    firsts = sorted((*often, *ruling), key=lambda u: -u.score * (1.0 if u.strong else more))
    for first in (*firsts, *plain, *strong, *best):
        for option in (_paired(first, partners, profile), first.title):
            if option and option.casefold() not in refused and len(option) <= _MOST_TITLE:
                return option
    return ""


def _rules(use: Use) -> bool:
    """Whether one plain word is what nearly the whole stretch speaks of, and little else does."""
    return use.times >= _RULING_TIMES and use.deciles >= _RULING_DECILES and use.share >= _RULING_SHARE


def _paired(first: Use, others: Sequence[Use], profile: Profile) -> str:
    """The phrase with another one that is spoken of together with it; "" if it says enough alone or has no partner."""
    if not first.strong or (len(first.key) > 1 and not first.name):
        return ""
    for second in others:
        apart = second is not first and not overlaps(second.key, first.key)
        if apart and second.score >= _SECOND * first.score and _together(first, second) >= _TOGETHER:
            article = f"{second.article} " if second.article else ""
            return profile.pair.format(first.title, article + second.text)
    return ""


def _together(a: Use, b: Use) -> int:
    """Lines of the one that hold or neighbour the other."""
    near = {i + d for i in b.lines for d in (-1, 0, 1)}
    return sum(i in near for i in a.lines)


def overlaps(a: Key, b: Key) -> bool:
    """Whether two phrases share a stem, or one stem begins another."""
    return any(x == y or (min(len(x), len(y)) >= 4 and (x.startswith(y) or y.startswith(x))) for x in a for y in b)
