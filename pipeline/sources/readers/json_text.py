"""JSON from strangers: NaN allowed, depth bounded, and what can be saved of a file that is cut off or broken inside."""

import json
import re
from typing import Any, NamedTuple

from pipeline.sources.readers.python_text import as_json_text, looks_like_python
from pipeline.sources.readers.reading import Broken

_LISTS = re.compile(
    r'"(?:events|segments|transcript|snippets|chunks|transcription|captions|body|words|utterances|results|monologues'
    r'|recognizedPhrases|fragments|cues|items|sentences|lines|content|data)"\s*:\s*\['
)
_OPENING = re.compile(r"\s*\[?")
_BETWEEN = re.compile(r"[\s,]*")
_CLOSING = re.compile(r"[\s,\]}]*")
_MOST_BROKEN = 50
_DECODER = json.JSONDecoder(strict=False)


class Loaded(NamedTuple):
    """The value, and whether the file was cut off or broken so that only the whole items of its list were saved."""

    value: Any
    cut_off: bool
    broken: int = 0
    """Items in the middle that are broken."""


def load_json(text: str) -> Loaded:
    """The value of a JSON text, of JSON lines, or of the same data as Python prints it.

    Raises:
        Broken: it is no JSON and no list item could be saved.
    """
    if looks_like_python(text):
        text = as_json_text(text)
    try:
        return Loaded(json.loads(text, strict=False), cut_off=False)
    except RecursionError as error:
        raise Broken("its JSON is nested too deeply to be a transcript") from error
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        saved = _documents(text) or _save_items(text)
        if saved is None:
            raise Broken(f"its JSON is broken ({getattr(error, 'msg', 'a number is too long')})", line) from error
        return saved


def _documents(text: str) -> Loaded | None:
    """The values of a text that holds one after the other (JSON lines); None if it is anything else."""
    values: list[Any] = []
    at = _end_of(_BETWEEN, text, 0)
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        at = _end_of(_BETWEEN, text, at)
    return Loaded(values, cut_off=False) if len(values) > 1 else None


def _save_items(text: str) -> Loaded | None:
    """The whole items of the list that is broken or cut off, under its key if it has one."""
    named = _LISTS.search(text)
    at = named.end() if named else _end_of(_OPENING, text, 0)
    items: list[Any] = []
    broken = 0
    while (at := _end_of(_BETWEEN, text, at)) < len(text):
        try:
            item, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            following = -1 if text[at] in "]}" or broken == _MOST_BROKEN else _next_item(text, at + 1, items)
            if following < 0:
                break
            broken, at = broken + 1, following
            continue
        items.append(item)
    if not items:
        return None
    cut_off = _end_of(_CLOSING, text, at) < len(text)
    whole = {named[0].split('"')[1]: items} if named else items
    return Loaded(whole, cut_off=cut_off or (at == len(text) and not text.rstrip().endswith(("]", "}"))), broken=broken)


def _next_item(text: str, at: int, items: list[Any]) -> int:
    """Where the next item begins: with the key that the items before begin with; -1 if there is none."""
    first = items[0] if items else None
    key = next(iter(first), None) if isinstance(first, dict) else None
    if key is None:
        return -1 if items else text.find("{", at)
    found = re.compile(r"\{\s*" + re.escape(json.dumps(key))).search(text, at)
    return found.start() if found else -1


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
