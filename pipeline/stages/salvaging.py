"""What is left of an answer that broke off, and where an answer began to go in circles."""

import json
from typing import Any

import regex

_LONGEST_PERIOD = 1_500  # characters that come again and again
_LEAST_TIMES = 4
_LEAST_LENGTH = 160  # of all repetitions together: a refrain is no loop

_ITEMS_END = regex.compile(r"[\s,]*")


def loop_start(text: str) -> int | None:
    """Where the first repetition begins if the text goes in circles until its end, the last round cut off or not.

    The end counts and nothing else: a model that has come out of its loop said something after it.
    """
    end = text.rstrip() if len(text) - len(text.rstrip()) < _LEAST_LENGTH else text
    for period in range(1, min(_LONGEST_PERIOD, len(end) // _LEAST_TIMES) + 1):
        length = max(_LEAST_LENGTH, period * _LEAST_TIMES)
        if length > len(end) or end[-1] != end[-1 - period]:
            continue
        if end[-length + period :] == end[-length:-period]:
            return _begun(end, len(end) - length, period)
    return None


def _begun(text: str, start: int, period: int) -> int:
    """The end of the first round, from any place within the rounds."""
    for step in (4_096 * period, period, 1):  # what is equal one period further on, in strides and at last in steps
        while start >= step and text[start - step : start] == text[start - step + period : start + period]:
            start -= step
    return start + period


def whole_items(text: str, field: str) -> list[Any]:
    """The items of a list in an answer that are complete, up to where the text breaks off or stops being JSON."""
    opening = regex.search(rf'"{regex.escape(field)}"\s*:\s*\[', text)
    items: list[Any] = []
    place = opening.end() if opening else len(text)
    decoder = json.JSONDecoder()
    while (place := _ITEMS_END.match(text, place).end()) < len(text):  # type: ignore[union-attr]  # it matches nothing, too
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return items
