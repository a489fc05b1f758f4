"""Names in the claims, and the pronoun of those that the talk itself refers to with one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from pipeline.models.extractive.phrases import Phrase
from pipeline.models.extractive.survey import Survey
from pipeline.values.draft import DraftEntity
from pipeline.values.outline import Claim

_LEAST_USES = 2
_LEAST_VOTES = 3
_SURE = 0.8
_HE, _SHE = frozenset({"he", "he's", "he'd", "he'll"}), frozenset({"she", "she's", "she'd", "she'll"})
_MOST = 60


def find_entities(survey: Survey, kept: Sequence[Claim]) -> tuple[DraftEntity, ...]:
    """Names of the claims, most frequent first.

    A surname gets its full form only where the talk has just one for it and a pronoun shows that it is a person.
    """
    names = Counter(p.text for p in _names(survey) if len(p.key) > 1 or p.start)
    pronouns = _pronouns(survey)
    said = "\n".join(c.text for c in kept)
    found: list[DraftEntity] = []
    fulls: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        if " " in name:
            fulls[name.split()[-1]].add(name)
    for name, count in names.most_common():
        if count < _LEAST_USES or name not in said or len(found) >= _MOST:
            continue
        pronoun = pronouns.get(name.split()[-1], "")
        full = next(iter(fulls[name])) if pronoun and " " not in name and len(fulls[name]) == 1 else name
        short = name.split()[-1] if pronoun else name
        found.append(DraftEntity(name=name, full=full, pronoun=pronoun, short=short))
    return tuple(found)


def _names(survey: Survey) -> Iterator[Phrase]:
    for line in survey.phrases:
        seen: set[int] = set()
        for p in line:
            if p.name and p.start not in seen:
                seen.update(range(p.start, p.start + len(p.text.split())))
                yield p


def _pronouns(survey: Survey) -> dict[str, str]:
    """By last word of a name: the pronoun with which sentences right after it begin, if nearly always the same."""
    if survey.profile.language != "en":
        return {}
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for before, reading in zip(survey.phrases, survey.readings[1:], strict=False):
        first = next((w.norm for w in reading.words if w.norm not in {"and", "so", "but", "well", "now"}), "")
        pronoun = "he" if first in _HE else ("she" if first in _SHE else "")
        last = {p.text.split()[-1].removesuffix("'s") for p in before if p.name}
        if len(last) == 1:
            votes[last.pop()][pronoun or "none"] += 1
    return {name: best for name, counts in votes.items() if (best := _winner(counts))}


def _winner(counts: Counter[str]) -> str:
    he, she = counts["he"], counts["she"]
    best = "he" if he >= she else "she"
    return best if max(he, she) >= _LEAST_VOTES and max(he, she) >= _SURE * (he + she) else ""
