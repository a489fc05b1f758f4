"""A second opinion: what a judging model is shown, its word, and what became of it after its words were checked."""

from typing import Literal

from pipeline.values.base import Value

Opinion = Literal["supported", "partly", "contradicted", "not_stated"]
"""What a judge may answer of a claim and its passage."""


class ShownLine(Value):
    """One line of a passage."""

    text: str
    speaker: str = ""
    """Who begins to speak here; empty when nobody new does, or when it is not known."""


class Question(Value):
    """A claim and the passage that is to carry it: all that a judge is shown."""

    claim: str
    view: bool = False
    """Whether the claim is told as the speaker's opinion."""
    stretches: tuple[tuple[ShownLine, ...], ...]
    """The passage: lines that follow one another, and between two stretches lines that are left out."""
    language: str
    """Of the passage, as a BCP 47 tag."""
    group: int = 0
    """Questions of one group share their requests, such as those of one chunk."""


class DraftJudgement(Value):
    """The judge's word on one claim, reasons first."""

    item: int
    words: tuple[str, ...]
    """The words of the passage that decide, copied."""
    lacking: str
    """The words of the claim that the passage does not state, copied; empty if there are none."""
    verdict: Opinion


class JudgeDraft(Value):
    """The answer to one request."""

    items: tuple[DraftJudgement, ...]


class Judgement(Value):
    """What both askings agree on, with words that were checked."""

    opinion: Opinion
    words: tuple[str, ...]
    """The transcript's own words that decide; of what is not stated, words of the claim."""
