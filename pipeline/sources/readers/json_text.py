"""JSON from strangers: NaN allowed, depth bounded, and what can be saved of a file that was cut off."""

import json
import re
from typing import Any, NamedTuple

from pipeline.sources.readers.reading import Broken

_LISTS = re.compile(r'"(?:events|segments|transcript|snippets|chunks|transcription|captions|body)"\s*:\s*\[')
_OPENING = re.compile(r"\s*\[?")
_BETWEEN = re.compile(r"[\s,]*")


class Loaded(NamedTuple):
    """The value, and whether the file was cut off so that only the first items of its list were saved."""

    value: Any
    cut_off: bool


def load_json(text: str) -> Loaded:
    """The value of a JSON text.

    Raises:
        Broken: it is no JSON and no list item could be saved.
    """
    try:
        return Loaded(json.loads(text, strict=False), cut_off=False)
    except RecursionError as error:
        raise Broken("its JSON is nested too deeply to be a transcript") from error
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        saved = _save_items(text)
        if saved is None:
            raise Broken(f"its JSON is broken ({getattr(error, 'msg', 'a number is too long')})", line) from error
        return saved


def _save_items(text: str) -> Loaded | None:
    """The complete items of the list that was cut off, under its key if it had one; or those of JSON lines."""
    named = _LISTS.search(text)
    at = named.end() if named else _end_of(_OPENING, text, 0)
    decoder = json.JSONDecoder(strict=False)
    items: list[Any] = []
    while at < len(text):
        at = _end_of(_BETWEEN, text, at)
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    if not items:
        return None
    cut_off = at < len(text)
    return Loaded({named[0].split('"')[1]: items} if named else items, cut_off)


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
