"""How a person or thing is called: in full at first, shortly afterwards; refused where it could be someone else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import regex

from pipeline.language.stopwords import stop_words
from pipeline.language.tokens import normalise
from pipeline.stages.compose.english import HONORIFICS, STARTERS
from pipeline.stages.compose.saying import Saying
from pipeline.values.plan import Entity

_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’\-]*")


@lru_cache(maxsize=4096)
def pattern(form: str) -> "regex.Pattern[str]":
    """Whole-word occurrences of a form; its possessive counts, its compounds ("anti-Lenin", "Lenin-era") do not."""
    return regex.compile(rf"(?<![\w'’\-]){regex.escape(form, literal_spaces=True)}(?!\w|[-‑]\w)")


def forms(entity: Entity) -> tuple[str, ...]:
    """All that an entity is called, longest first."""
    called = {entity.full, entity.name, entity.short, short_form(entity)} - {""}
    return tuple(sorted(called, key=lambda f: (-len(f), f)))


@dataclass(frozen=True)
class Corpus:
    """All words of a video, to decide whether a name or a capital is what it seems."""

    spoken: str
    written: str = ""
    """Claims and quotes."""

    @cached_property
    def text(self) -> str:
        """Both."""
        return f"{self.spoken}\n{self.written}"

    @cached_property
    def _lower(self) -> frozenset[str]:
        return frozenset(w for w in _WORD.findall(self.text) if w[0].islower())

    @cached_property
    def _proper_alone(self) -> frozenset[str]:
        """Words with a capital within sentences that no other capital stands beside: "Railway" alone is no name."""
        lone = r"(?<![\w'’\-])\p{Ll}[\p{L}\p{M}'’\-]*,? (\p{Lu}[\p{L}\p{M}'’\-]*)(?![\w'’\-]| \p{Lu})"
        return frozenset(regex.findall(lone, self.text))

    @cached_property
    def _proper(self) -> frozenset[str]:
        return frozenset(regex.findall(r"(?<=\p{Ll},? )\p{Lu}[\p{L}\p{M}'’\-]*", self.text))

    def is_proper(self, word: str) -> bool:
        """Whether the word is written with a capital within sentences."""
        return word in self._proper

    def uncapitalised(self, text: str) -> str | None:
        """The text as it stands after other words of its sentence; None where its first word leaves a doubt."""
        found = _WORD.match(text)
        if found is None or not text[0].isupper():
            return text if text[:1].islower() or text[:1].isdigit() else None
        word = found.group()
        low = word[0].lower() + word[1:]
        if any(c.isupper() for c in word[1:]) or word == "I" or word.startswith(("I'", "I’")):
            return text
        following = _WORD.search(text, found.end())
        if low in STARTERS and not (following and following.group()[0].isupper()):
            return low + text[found.end() :]
        if self.is_proper(word):
            if low not in self._lower:
                return text
            part = word not in self._proper_alone and following is not None and following.group()[0].islower()
            return low + text[found.end() :] if part else None
        return low + text[found.end() :] if low in self._lower else None

    def owners(self, bare: str) -> frozenset[str]:
        """Capitalised words that stand directly before a name and are no title: first names, mostly."""
        before = regex.findall(
            rf"(?<![\w'’\-])(\p{{Lu}}[\p{{L}}\p{{M}}'’\-]*|\p{{Lu}}\.) {regex.escape(bare)}(?!\w|[-‑]\w)", self.text
        )
        plain = stop_words("en") | HONORIFICS | STARTERS
        return frozenset(w for w in before if normalise(w.rstrip(".")) not in plain)

    def introduces(self, full: str, bare: str) -> bool:
        """Whether it is said in full before it is said bare, or at least twice."""
        spans = [m.start() for m in pattern(full).finditer(self.spoken)]
        first = pattern(bare).search(self.spoken)
        inside = len(full) - len(bare)
        return len(spans) > 1 or (bool(spans) and first is not None and first.start() == spans[0] + inside)


def short_form(entity: Entity) -> str:
    """The surname or other last part by which the full form is later called; "" when there is none."""
    for form in (entity.short, entity.name):
        if form and form != entity.full and entity.full.endswith(" " + form) and form[0].isupper():
            return form
    last = entity.full.rsplit(" ", 1)[-1]
    person = entity.pronoun in {"he", "she"} and entity.full.count(" ") in {1, 2}
    return last if person and last[:1].isupper() and last != entity.full and entity.name == entity.full else ""


def varying(entities: tuple[Entity, ...], corpus: Corpus) -> tuple[Entity, ...]:
    """Those whose full and short form mean the same and nobody else, by all that the video says."""
    return tuple(e for e in entities if _may_vary(e, entities, corpus))


def _may_vary(entity: Entity, others: tuple[Entity, ...], corpus: Corpus) -> bool:
    bare = short_form(entity)
    if entity.pronoun not in {"he", "she"} or not bare:
        return False
    if any(e is not entity and bare in e.full.split(" ") for e in others):
        return False
    given = entity.full[: -len(bare)].strip().rsplit(" ", 1)[-1]
    return corpus.owners(bare) <= {given} and corpus.introduces(entity.full, bare)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no capitalised neighbour makes the name part of a longer one ("Lenin Prize", "Svetlana Stalin")."""
    before = regex.search(r"(\S+)\s$", text[:start])
    word = before.group(1) if before else ""
    crowded = word[:1].isupper() and normalise(word) not in STARTERS
    return not crowded and regex.match(r"\s\p{Lu}", text[end:]) is None


def is_attributive(text: str, start: int) -> bool:
    """Whether a name only tells which thing is meant: "the Harrison timekeepers"."""
    return regex.search(r"(?i)\b(?:the|an?|this|that|these|those)\s$", text[:start]) is not None


def name_in_turn(sayings: list[Saying], entities: tuple[Entity, ...]) -> list[Saying]:
    """Full form at the first mention of a note, short form at the later ones.

    Args:
        sayings: all of a note in the order of the page.
        entities: the `varying` ones.
    """
    changed = list(sayings)
    for entity in entities:
        called = pattern(f"{entity.full}"), pattern(short_form(entity))
        introduced = False
        for i, s in enumerate(changed):
            text, introduced = _named(s.text, entity, called, introduced=introduced)
            changed[i] = replace(s, text=text)
    return changed


def _named(
    text: str, entity: Entity, called: tuple["regex.Pattern[str]", "regex.Pattern[str]"], *, introduced: bool
) -> tuple[str, bool]:
    full, short = called
    bare = short_form(entity)
    found = full.search(text)
    if found is not None:
        if not introduced:
            return text[: found.end()] + full.sub(bare, text[found.end() :]), True
        return full.sub(bare, text), True
    found = short.search(text)
    if found is None or introduced:
        return text, introduced
    if is_attributive(text, found.start()):
        return text, introduced
    if _stands_alone(text, found.start(), found.end()):
        return text[: found.start()] + entity.full + text[found.end() :], True
    return text, True


def things_in_turn(sayings: list[Saying], entities: tuple[Entity, ...]) -> list[Saying]:
    """Within a section "the post of general secretary" is "the post" after its first mention."""
    changed = list(sayings)
    for entity in entities:
        if not _abbreviates(entity) or not _only_one(entity, sayings):
            continue
        ways = [(entity.name, entity.short), (_capital(entity.name), _capital(entity.short))]
        seen = False
        for i, s in enumerate(changed):
            text = s.text
            for long, short in ways:
                text = pattern(long).sub(short, text) if seen else text
            seen = seen or any(pattern(long).search(text) for long, _ in ways)
            changed[i] = replace(s, text=text)
    return changed


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _abbreviates(entity: Entity) -> bool:
    return entity.short.startswith("the ") and entity.name.startswith(entity.short + " of ")


def _only_one(entity: Entity, sayings: list[Saying]) -> bool:
    """Whether no other "post of …" is spoken of, so that "the post" can only be this one."""
    head = entity.short.removeprefix("the ")
    return all(
        s.text[m.start() - 4 :].lower().startswith(entity.name.lower()) for s in sayings for m in _heads(s.text, head)
    )


def _heads(text: str, head: str) -> Iterator["regex.Match[str]"]:
    return pattern(head).finditer(text)
