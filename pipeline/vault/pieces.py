"""A page cut into pieces that can be merged one by one: sentences, lines that are a whole, and the space between them.

Cutting loses nothing: the pieces of any text, joined, are that text.
"""

from collections.abc import Iterable
from typing import NamedTuple

import regex

_SPACE = regex.compile(r"((?<![ \t\r])[ \t\r]*+\n(?:[ \t\r]*+\n)*+)")
_STOP = regex.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?P<gap>[ \t]++)(?=\S)"
    r"|(?<![。！？])[。！？]++[」』”）]*+(?P<none>[ \t]*+)(?=\S)"
)
_HEAD = regex.compile(r"\A---[ \t]*\r?\n(?:.*\n){0,400}?(?:---|\.\.\.)[ \t]*\r?(?=\n|\Z)")
_OPENS = regex.compile(r"\s*(?:#{1,6}\s|[-*+]\s|\d{1,9}[.)]\s|>|\||`{3}|~{3}|From: )")
_WHOLE = regex.compile(r"\s*(?:#{1,6}\s|\||`{3}|~{3})")
_CODE = regex.compile(r"\s*(`{3,}|~{3,})")
_FULL = regex.compile(r"[。！？][」』”）]*\Z")


class Piece(NamedTuple):
    """A piece of a page.

    A piece that `opens` must begin a line, one that `closes` must end it. `head` is a line of the front matter,
    `space` is the white space between pieces where it is not the usual one.
    """

    text: str
    opens: bool = False
    closes: bool = False
    head: bool = False
    space: bool = False


def pieces(text: str) -> list[Piece]:
    """The pieces of a page in order."""
    head = _HEAD.match(text)
    end = head.end() if head else 0
    found = [_head(part, number % 2 == 1) for number, part in enumerate(_SPACE.split(text[:end])) if part]
    fence = ""
    for number, part in enumerate(_SPACE.split(text[end:])):
        if number % 2:
            found.append(Piece(part, space=True))
        elif part:
            code = _CODE.match(part)
            if fence or code:
                found.append(Piece(part, opens=True, closes=True))
                fence = _fence_after(fence, code[1] if code else "")
            else:
                found += _sentences(part)
    return found


def _head(part: str, is_space: bool) -> Piece:  # noqa: FBT001 - called in one place, right above
    return Piece(part, space=True) if is_space else Piece(part, opens=True, closes=True, head=True)


def _fence_after(fence: str, mark: str) -> str:
    """The fence of the code block that goes on after a line with this mark; "" outside of code."""
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence


def _sentences(line: str) -> list[Piece]:
    opens = bool(_OPENS.match(line))
    if _WHOLE.match(line):
        return [Piece(line, opens=True, closes=True)]
    found: list[Piece] = []
    done = 0
    for stop in _STOP.finditer(line):
        gap = stop["gap"] if stop["gap"] is not None else stop["none"]
        sentence = Piece(line[done : stop.end() - len(gap)], opens=opens and not found)
        found.append(sentence)
        if gap != _usual(sentence):
            found.append(Piece(gap, space=True))
        done = stop.end()
    return [*found, Piece(line[done:], opens=opens and not found)]


def _usual(before: Piece) -> str:
    """What stands after a sentence within a line."""
    return "" if _FULL.search(before.text) else " "


def joined(parts: Iterable[Piece]) -> str:
    """The text of pieces; where merging left two together that need a line of their own, each gets it."""
    made: list[Piece] = []
    for part in parts:
        if part.space and made and made[-1].space:
            made[-1] = max(made[-1], part, key=lambda p: p.text.count("\n"))
        elif part.space or not made or made[-1].space:
            made.append(part)
        else:
            made += [Piece(_between(made[-1], part), space=True), part]
    return "".join(part.text for part in made)


def _between(before: Piece, after: Piece) -> str:
    if before.head and after.head:
        return "\n"
    if before.closes or after.opens:
        return (
            "\n" if before.text.lstrip()[:1] == after.text.lstrip()[:1] and after.text.lstrip()[:1] in "->|" else "\n\n"
        )
    return _usual(before)
