"""What a kind of case is: its name, what is true of its cases, and how one is made of a statement."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from pipeline.measuring.case import Gold
from pipeline.measuring.lexicon import Lexicon
from pipeline.measuring.statements import Statement, Talk


@dataclass(frozen=True, slots=True)
class Scene:
    """What a case may be made of."""

    talk: Talk
    other: Talk | None
    """Another talk in the same language, when there is one."""
    rng: Random

    @property
    def lexicon(self) -> Lexicon:
        """The data of the talk's language."""
        return self.talk.lexicon


class Made(NamedTuple):
    """A claim that was made of a statement."""

    text: str
    cite_ms: int | None = None
    """The cited time where it is not that of the statement."""
    cite: str | None = None
    """The cited time as text, where it is no time at all."""
    speaker: str | None = None
    said: bool = True
    """Whether it, or what it was made of, is said at the time of the statement."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of case."""

    name: str
    gold: Gold
    make: Callable[[Scene, Statement], Made | None]
    """A case of a statement; None when this statement allows none of which the answer would be sure."""
    quote: bool = False


def of_text(edit: Callable[[Scene, Statement], str | None]) -> Callable[[Scene, Statement], Made | None]:
    """A maker of an edit that only changes the words."""

    def make(scene: Scene, statement: Statement) -> Made | None:
        text = edit(scene, statement)
        return Made(text) if text else None

    return make
