"""Names, in scripts where a capital inside a sentence marks one: swapped for another, and swapped in their roles."""

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from pipeline.measuring.figures import figures
from pipeline.measuring.kinds import Kind, Scene, of_text
from pipeline.measuring.statements import Statement, Talk

_NAME = r"\p{Lu}[\p{L}\p{M}]+(?:['’-]\p{Lu}[\p{L}\p{M}]+)*"
_RUN = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}'’.-]){_NAME}(?: {_NAME})*(?![\p{{L}}\p{{M}}\p{{N}}-])")
_TWICE = 2
_SHOUTED = 0.3  # of the words with a capital: a transcript in capitals or in title case tells no names


class Mention(NamedTuple):
    """A name in `text[start:end]`."""

    start: int
    end: int
    name: str


def mentions(talk: Talk, text: str, *, after_stop: bool) -> list[Mention]:
    """The names in a text that the talk uses as names."""
    known = names(talk)
    return [
        Mention(match.start(), match.end(), match.group())
        for match in _RUN.finditer(text)
        if match.group() in known and not (after_stop and match.start() == 0)
    ]


@lru_cache(maxsize=8)
def names(talk: Talk) -> dict[str, int]:
    """The names that a talk uses inside sentences at least twice and never in small letters, and how often."""
    if not talk.lexicon.cased_names or _is_shouted(talk.text):
        return {}
    inner = Counter(m.group() for s in talk.statements for m in _RUN.finditer(s.text) if m.start() or not s.after_stop)
    small = set(regex.findall(r"(?<![\p{L}\p{M}])\p{Ll}[\p{L}\p{M}'’-]*", talk.text))
    banned = talk.lexicon.any_of(talk.lexicon.not_names)
    return {
        name: count
        for name, count in inner.items()
        if count >= _TWICE
        and not any(w.lower() in small or banned.fullmatch(w) for w in name.split())
        and len(name) > 2
    }


def swap_name(scene: Scene, statement: Statement) -> str | None:
    """The sentence with a name changed for another of the same talk that is not named around it."""
    return _swapped(scene, statement, scene.talk)


def swap_name_other(scene: Scene, statement: Statement) -> str | None:
    """The sentence with a name changed for one of another talk, which this talk never names."""
    return _swapped(scene, statement, scene.other) if scene.other else None


def with_name(scene: Scene, statement: Statement) -> str | None:
    """An honest sentence with a name in it."""
    return statement.text if mentions(scene.talk, statement.text, after_stop=statement.after_stop) else None


def swap_roles(scene: Scene, statement: Statement) -> str | None:
    """The sentence with who did it and to whom changed about, or from where and to where."""
    words, text = scene.lexicon, statement.text
    if words.denials(text) or not words.is_sure(text):
        return None
    found = mentions(scene.talk, text, after_stop=False)
    verb = words.any_of(words.asymmetric)
    for one, two in pairwise(found):
        between = text[one.end : two.start].strip()
        if not _is_alias(scene.talk, one.name, two.name) and verb.fullmatch(between):
            return text[: one.start] + two.name + text[one.end : two.start] + one.name + text[two.end :]
    return _turned_range(scene, text)


def _turned_range(scene: Scene, text: str) -> str | None:
    """With two numbers of a rise or fall changed about; a range has no direction, and stays."""
    found = figures(text, scene.lexicon)
    if not scene.lexicon.any_of(scene.lexicon.moves).search(text):
        return None
    for one, two in pairwise(found):
        a, b = text[one.start : one.end], text[two.start : two.end]
        for form in scene.lexicon.from_to:
            ahead, between, _ = regex.split(r"\{a\}|\{b\}", form)
            if (
                one.value != two.value
                and text[: one.start].lower().endswith(ahead)
                and text[one.end : two.start] == between
            ):
                return text[: one.start] + b + text[one.end : two.start] + a + text[two.end :]
    return None


def _swapped(scene: Scene, statement: Statement, source: Talk) -> str | None:
    found = mentions(scene.talk, statement.text, after_stop=statement.after_stop)
    if not found:
        return None
    mention = scene.rng.choice(found)
    around = scene.talk.around(statement, 60_000) if source is scene.talk else scene.talk.text
    others = [
        name
        for name in names(source)
        if not any(word in around for word in name.split())
        and len(name.split()) == len(mention.name.split())
        and not _is_alias(source, name, mention.name)
    ]
    if not others:
        return None
    return statement.text[: mention.start] + scene.rng.choice(sorted(others)) + statement.text[mention.end :]


def _is_alias(talk: Talk, one: str, two: str) -> bool:
    """Whether two names may be of one bearer: they share a word, or words of them stand together in a longer name."""
    a, b = set(one.split()), set(two.split())
    joined = any(a & set(longer.split()) and b & set(longer.split()) for longer in names(talk) if " " in longer)
    return bool(a & b) or joined or any(x.startswith(y[:4]) for x in a for y in b)


def _is_shouted(text: str) -> bool:
    words = regex.findall(r"\p{L}{2,}", text)
    return sum(1 for w in words if w[0].isupper()) > _SHOUTED * max(1, len(words))


KINDS = (
    Kind("entity_swap_same", "unsupported", of_text(swap_name)),
    Kind("entity_swap_other", "unsupported", of_text(swap_name_other)),
    Kind("roles_swapped", "unsupported", of_text(swap_roles)),
    Kind("ok_entity", "ok", of_text(with_name)),
)
