"""Names in front of what is said, `Ada Lovelace: Is it so?`, as meetings and interviews are written down.

One such line may be anything ("Note: this is hot"). Only where most lines of a talk begin so, with few names that come
again, are they the speakers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import regex

_NAME = regex.compile(r"(\p{Lu}[\p{L}\p{M}\p{N}_.'’\-]{0,30}(?: [\p{L}\p{M}\p{N}_.'’()\-]{1,30}){0,3})\s?:\s+(?=\S)")
_LEAST_CUES = 4
_LEAST_SHARE = 0.6
_LEAST_SHARE_OF_ONE = 0.9
_MOST_NAMES = 12


def names_in_front(texts: Sequence[str]) -> frozenset[str]:
    """The names of the speakers if most texts begin with one; else none."""
    found = Counter(match[1] for text in texts if (match := _NAME.match(text)))
    again = {name: count for name, count in found.items() if count > 1}
    share = _LEAST_SHARE if len(found) > 1 else _LEAST_SHARE_OF_ONE
    enough = sum(again.values()) >= max(_LEAST_CUES, share * len(texts))
    return frozenset(found) if enough and len(found) <= max(_MOST_NAMES, len(texts) // 20) else frozenset()


def without_name(text: str, names: Iterable[str]) -> tuple[str | None, str]:
    """The name that a text begins with and the rest; None and the text as it is when it begins with none of them."""
    found = _NAME.match(text)
    return (found[1], text[found.end() :]) if found and found[1] in names else (None, text)
