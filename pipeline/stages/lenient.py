"""JSON as models write it: with fences, remarks, comments, commas too many, and quotes of any kind.

Only an object that is whole is repaired. An answer that breaks off is not: closing it would turn half a sentence into a
claim. Whether it is whole is found out here and not left to the library, which closes whatever is open, and needs
minutes for a hostile text in which nothing is closed.
"""

import json
from typing import Any

import json_repair
import regex

_LONGEST = 200_000  # characters; more is repaired too slowly
_DEEPEST = 24
_THOUGHT = "</think>"  # local reasoning models think aloud before they answer
_FENCE = regex.compile(r"```(?:json[c5]?)?[^\S\n]*\n?(?=\s*\{)", regex.IGNORECASE)
_MARK = regex.compile(r"""["'{}\[\]]|//|/\*""")
_COMMENT_ENDS = {"//": "\n", "/*": "*/"}
_CLOSING = regex.compile(r"\s*(?:[,:}\]]|//|/\*)")
_OPENING = regex.compile(r"[{\[,:][ \t\r\n]*$|\*/[ \t\r\n]*$|//[^\n]*\n[ \t\r\n]*$")
_BEFORE = 200  # characters that are looked at for what a quote follows
_PAIRS = {"}": "{", "]": "["}


def object_in(text: str) -> dict[str, Any]:
    """The first JSON object of an answer, repaired if need be.

    Raises:
        ValueError: there is none, it breaks off, or it is beyond repair.
    """
    answer = text.rpartition(_THOUGHT)[2]
    fence = _FENCE.search(answer)
    start = answer.find("{", fence.end() if fence else 0)
    if start < 0:
        raise ValueError("the answer holds no JSON object")
    try:
        found: dict[str, Any] = json.JSONDecoder().raw_decode(answer, start)[0]
    except json.JSONDecodeError as error:
        return _repaired(answer, start, f"the answer is not valid JSON: {error}")
    except (ValueError, RecursionError) as error:
        # an integer this long or an object this deep is hostile, not an answer
        raise ValueError(f"the answer is no sane JSON: {error}") from None
    return found


def _repaired(answer: str, start: int, why: str) -> dict[str, Any]:
    end = _end(answer[start : start + _LONGEST])
    if end is None:
        raise ValueError(why)
    try:
        found = json_repair.loads(answer[start : start + end], skip_json_loads=True)
    except (ValueError, RecursionError):
        raise ValueError(why) from None
    if not isinstance(found, dict) or not found:
        raise ValueError(why)
    return found


def _end(text: str) -> int | None:
    """Where the object that begins a text ends; None if it does not, or is nested too deeply."""
    stack: list[str] = []
    place = 0
    while mark := _MARK.search(text, place):
        sign, place = mark.group(), mark.end()
        if sign in "{[":
            stack.append(sign)
        elif sign in "}]":
            if stack.pop() != _PAIRS[sign]:
                return None
            if not stack:
                return place
        elif sign in _COMMENT_ENDS:
            place = text.find(_COMMENT_ENDS[sign], place)
        elif _OPENING.search(text[max(0, mark.start() - _BEFORE) : mark.start()]):
            place = _string_end(text, place, sign)
        if place < 0 or len(stack) > _DEEPEST:
            return None
    return None


def _string_end(text: str, place: int, sign: str) -> int:
    """Where a string ends: at a quote that JSON goes on after, so that quotes within it do not end it; else -1."""
    while (place := text.find(sign, place) + 1) > 0:
        before = place - 2
        while text[before] == "\\":
            before -= 1
        if (place - before) % 2 == 0 and _CLOSING.match(text, place):
            return place
    return -1
