"""The label that an item of a note begins with: "Constant Sum: The sum of …". It is a title, and claims nothing."""

from typing import NamedTuple

import regex

from pipeline.language.tokens import tokens
from pipeline.stages.verify.index import TranscriptIndex

_LABEL = regex.compile(r"\s*(?=[\p{Lu}\p{N}])([^:.?!;“”\"«»]{1,60}):\s+(?=\S)")
_WORDS = 7
_REST = 4  # words that a sentence has at least
_VERBS = frozenset("is are was were has have had does do did says said will would can could".split())  # noqa: SIM905 - a row of words


class Labelled(NamedTuple):
    """A claim and the label before it; empty for none."""

    label: str
    claim: str


def labelled(index: TranscriptIndex, text: str) -> Labelled:
    """The claim of an item apart from its label; the name of a speaker is no label."""
    match = _LABEL.match(text)
    if match is None:
        return Labelled("", text)
    label, rest = tokens(match[1]), text[match.end() :]
    forms = {token.norm for token in label}
    if len(label) > _WORDS or len(tokens(rest)) < _REST or not _VERBS.isdisjoint(forms):
        return Labelled("", text)
    if any(index.stem(form) in index.people for form in forms):
        return Labelled("", text)
    return Labelled(match[1], rest)
