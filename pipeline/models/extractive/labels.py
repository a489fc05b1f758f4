"""Aliases of a note, the title of a quote and the subject of a sentence."""

from collections import Counter
from collections.abc import Iterable

from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading, read
from pipeline.models.extractive.survey import Survey
from pipeline.models.extractive.uses import Use, capitalised

_ALIAS_USES, _ALIAS_SHARE = 4, 0.6
_NAME_USES = 6  # a name of one word must be more than an example
_MOST_ALIASES = 5
_FREQUENT = 3  # uses of a plain word around a quote that make it a title
_AROUND = 25  # lines before and after a quote that may lend it a title


def aliases(found: Iterable[Use], profile: Profile, title: str, headings: Iterable[str]) -> tuple[str, ...]:
    """Other names of what a note is about, for links to it: forms of its title's phrases, and names it is full of.

    Args:
        found: phrases of the note's lines.
        profile: of the language.
        title: of the note.
        headings: of its sections.
    """
    known, said = list(found), set(read(title, profile).terms)
    central = {h.casefold() for h in headings}
    own = [u for u in known if said.issuperset(u.key) and _is_own(u, title, profile)]
    full = [u for u in known if u.title.casefold() in central and _is_full_of(u)]
    texts = [t for u in (*own, *full) for t in (u.forms if len(u.key) > 1 or u.linked else (u.text,))]
    return tuple(dict.fromkeys(t for t in texts if t.casefold() != title.casefold()))[:_MOST_ALIASES]


def _is_own(use: Use, title: str, profile: Profile) -> bool:
    """A phrase of the title; one word only where it is the whole title or one of its two names."""
    if len(use.key) > 1:
        return use.times > 1
    halves = [half.removeprefix("the ") for half in title.casefold().split(profile.pair.format("", "").casefold())]
    return use.name and use.text.casefold() in halves and use.share > _ALIAS_SHARE and use.times >= _NAME_USES


def _is_full_of(use: Use) -> bool:
    return len(use.key) > 1 and (use.linked or not use.name) and use.share > _ALIAS_SHARE and use.times >= _ALIAS_USES


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
