"""Aliases of a note, the title of a quote and the subject of a sentence."""

from collections import Counter
from collections.abc import Iterable

from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading
from pipeline.models.extractive.survey import Survey
from pipeline.models.extractive.titles import Use, capitalised

_ALIAS_USES, _ALIAS_SHARE, _ALIAS_DECILES = 3, 0.6, 2
_NAME_USES, _NAME_DECILES = 5, 3  # a name of one word must be more than an example
_MOST_ALIASES = 5
_FREQUENT = 3  # uses of a plain word around a quote that make it a title
_AROUND = 25  # lines before and after a quote that may lend it a title


def aliases(found: Iterable[Use], profile: Profile, title: str) -> tuple[str, ...]:
    """Literal phrases that mean this stretch and hardly any other: names, and phrases of several words."""
    fit = [u for u in found if _is_alias(u)]
    fit.sort(key=lambda u: (-u.times * len(u.key), u.key))
    texts = [u.text for u in fit if u.text.casefold() != title.casefold() and u.text.casefold() not in profile.generic]
    return tuple(dict.fromkeys(texts))[:_MOST_ALIASES]


def _is_alias(use: Use) -> bool:
    if use.share <= _ALIAS_SHARE or not (use.name or len(use.key) > 1):
        return False
    if len(use.key) == 1:
        return use.times >= _NAME_USES and use.deciles >= _NAME_DECILES
    return use.times >= _ALIAS_USES and use.deciles >= _ALIAS_DECILES


def subject(reading: Reading, profile: Profile) -> str:
    """The noun phrase at the head of a sentence with its article, if a verb follows; else ""."""
    if profile.language != "en":
        return ""
    tags = reading.tags
    end = 1 if tags[:1] == "D" and len(tags) > 1 else 0
    while end < len(tags) and tags[end] in "JPNU" and (end == 0 or reading.joined[end]):
        end += 1
    while end < len(tags) and tags[end] == "R":
        return ""
    if not end or end >= len(tags) or tags[end - 1] not in "PN" or tags[end] not in "VM" or not reading.joined[end]:
        return ""
    return reading.text[: reading.words[end - 1].end]


def quote_title(survey: Survey, index: int) -> str:
    """A title such as "On history": a name or a longer phrase of the line, of the lines around it, or its own words."""
    near = [p for line in survey.phrases[max(0, index - _AROUND) : index + _AROUND] for p in line]
    known = Counter(p.key for p in near)
    own = survey.phrases[index]
    telling = (
        [p for p in own if p.name or len(p.key) > 1]
        or [p for p in own if known[p.key] >= _FREQUENT]
        or [p for p in near if p.name or len(p.key) > 1]
        or list(own)
    )
    if not telling:
        return ""
    best = max(telling, key=lambda p: (known[p.key], len(p.key), p.text))
    article = "the " if best.article == "the" and not best.name else ""
    title = survey.profile.about.format(article + best.text)
    return title if survey.profile.about != "{0}" else capitalised(title)
