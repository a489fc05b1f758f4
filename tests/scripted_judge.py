"""Judges that answer as a script says: honest ones, liars, and those with habits.

They read the question as it was sent, so what they are shown is what they judge. Chance comes from a seed and the
text itself: the same question is answered alike, whatever comes before it.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Habit = Literal["honest", "yes", "first", "second", "last", "inventing", "strangers", "twice", "huge", "bare"]

_ITEM = re.compile(r"^ITEM (\d+)\nclaim: (?:\(view\) )?(.*)\npassage:\n((?:\| .*\n)+)", re.MULTILINE)
_OPTION = re.compile(r"^- (\w+):", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:['’.,][^\W_]+)*")
_SPEAKER = re.compile(r"^\| (?:\([^)]*\) )?", re.MULTILINE)
_NEGATIVE = ("partly", "contradicted", "not_stated")
_INVENTED = "purple elephants negotiated seventeen treaties"
_MOST = 14  # words of a piece


@dataclass(frozen=True)
class Item:
    """One claim as a judge sees it."""

    number: int
    claim: str
    lines: tuple[str, ...]


Truth = Callable[[Item], str]


def items_of(question: str) -> list[Item]:
    """What a question asks."""
    body = question.partition("<items>\n")[2].partition("</items>")[0]
    return [
        Item(int(number), claim, tuple(_SPEAKER.sub("", passage).splitlines()))
        for number, claim, passage in _ITEM.findall(body)
    ]


def options_of(question: str) -> list[str]:
    """The options in the order in which they are given."""
    return _OPTION.findall(question.rpartition("</items>")[2])


def in_order(item: Item) -> str:
    """The truth about claims in the speaker's own words: these stand in the passage in their order, or they do not."""
    said = iter(_words(" ".join(item.lines)))
    return "supported" if all(word in said for word in _words(item.claim)) else "contradicted"


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


@dataclass(frozen=True)
class ScriptedJudge:
    """Answers a question by `truth`, but lies about each claim of each request with the probability `lies`.

    A liar turns his answer round, and every other time he invents the words that decide.
    """

    habit: Habit = "honest"
    lies: float = 0.0
    seed: int = 0
    truth: Truth = field(default=in_order)

    def __call__(self, question: str) -> dict[str, Any]:
        """The answer to a question, as data."""
        options = options_of(question)
        answers = [self._answer(item, options) for item in items_of(question)]
        if self.habit == "strangers":
            answers = [{**answer, "item": answer["item"] + 1_000} for answer in answers]
        elif self.habit == "twice":
            answers += [{**answer, "verdict": "not_stated", "lacking": "so"} for answer in answers]
        elif self.habit == "huge":
            answers = [{**a, "words": [f"{w} " * 2_000 for w in a["words"]]} for a in answers for _ in range(200)]
        return {"items": answers}

    def _answer(self, item: Item, options: Sequence[str]) -> dict[str, Any]:
        chance = random.Random(f"{self.seed} {options[0]} {item.claim} {item.lines}")
        verdict, words = self.truth(item), deciding(item)
        if self.habit in {"yes", "bare"}:
            verdict = "supported"
        elif self.habit in {"first", "second", "last"}:
            verdict = options[{"first": 0, "second": 1, "last": -1}[self.habit]]
        elif chance.random() < self.lies:
            verdict = chance.choice(_NEGATIVE) if verdict == "supported" else "supported"
            words = [_INVENTED] if chance.random() < 0.5 else words
        if self.habit == "inventing":
            words = [_INVENTED]
        elif self.habit == "bare":
            words = []
        lacking = "" if verdict == "supported" else _lacking(item, chance)
        return {"item": item.number, "words": words, "lacking": lacking, "verdict": verdict}


def deciding(item: Item) -> list[str]:
    """What a careful reader would copy: where most words of the claim stand, and what that leaves out."""
    wanted = {word for word in _words(item.claim) if len(word) > 3 or any(c.isdigit() for c in word)}
    wanted |= set(_words(item.claim)) & _SMALL
    pieces: list[str] = []
    for _ in range(3):
        best, found = "", set[str]()
        for line in item.lines:
            for stretch in _stretches(line):
                held = wanted & set(_words(stretch))
                if len(held) > len(found):
                    best, found = stretch, held
        if not found:
            break
        pieces.append(best)
        wanted -= found
    return pieces


_SMALL = frozenset({"not", "no", "one", "two", "six", "ten", "nor"})


def _stretches(line: str) -> list[str]:
    words = [match.span() for match in _WORD.finditer(line)]
    last = max(1, len(words) - _MOST + 1)
    return [line[words[i][0] : words[min(i + _MOST, len(words)) - 1][1]] for i in range(last)] if words else []


def _lacking(item: Item, chance: random.Random) -> str:
    """Words of the claim that are not in the passage; any of them when all are."""
    said = set(_words(" ".join(item.lines)))
    words = list(_WORD.finditer(item.claim))
    absent = [match.group() for match in words if match.group().casefold() not in said]
    return max(absent, key=len) if absent else chance.choice(words).group() if words else ""
