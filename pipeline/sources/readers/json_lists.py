"""Finding the words in a JSON document: all lists of timed items in it, and the one that is the transcript.

Lists at the same place of like parents (`results[*].alternatives[0].words`) are one list. A document may hold the same
words several times (segments, their words, speaker turns); the finest list that is not of single words is taken, else
the words. What was said and stands only in another list is counted, never dropped in silence.
"""

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, NamedTuple

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.json_fields import SPEAKER, TEXT, WORD_KINDS, Item, first, flat, has_time, text_of

_DEPTH = 14
_BEST_ONLY = ("alternatives", "nBest", "NBest", "nbest")
_NO_SPEECH = (
    *("comments", "chapters", "entities", "highlights", "topics", "replies", "heatmap", "keywords", "iab", "summary"),
    *("auto_highlights_result", "sentiment_analysis_results", "insights", "formats", "thumbnails", "ads", "labels"),
)
_OF_WORDS = ("words", "elements", "word_segments", "tokens")
_MOST_PER_CUE = 400
_SAME = 0.85


class ItemList(NamedTuple):
    """Timed items that stand at one kind of place."""

    path: tuple[str, ...]
    items: list[Item]

    @property
    def is_of_words(self) -> bool:
        """Whether each item is a single word."""
        if any(name in _OF_WORDS for name in self.path[-2:]):
            return True
        kinds = [item.get("type") in WORD_KINDS for item in self.items if "type" in item]
        single = all(
            "word" in item and text_of(item) in (item["word"], item.get("punctuated_word")) for item in self.items
        )
        return single or (len(kinds) == len(self.items) and all(kinds))


class Chosen(NamedTuple):
    """The list that is the transcript, and how many timed items of other words stand elsewhere."""

    found: ItemList
    left_out: int


def choose_list(value: Any) -> Chosen | None:
    """The list of timed items that holds most of what is said; None if there is no such list."""
    lists = _lists(value)
    spoken = [one for one in lists if not any(name in _NO_SPEECH for name in one.path)] or lists
    if not spoken:
        return None
    sizes = {one.path: sum(_size(item) for item in one.items) for one in spoken}
    most = max(sizes.values())
    whole = [one for one in spoken if sizes[one.path] >= _SAME * most]
    fine = [one for one in whole if not one.is_of_words and median(map(_size, one.items)) <= _MOST_PER_CUE]
    best = next(iter(fine or [one for one in whole if one.is_of_words] or whole))
    return Chosen(best, sum(_unheard(one, best) for one in spoken if one is not best))


def _size(item: Item) -> int:
    return len("".join((text_of(item) or "").split()))


def _unheard(other: ItemList, best: ItemList) -> int:
    """The items of another list whose words the best one does not have."""
    heard = {word for item in best.items for word in (text_of(item) or "").split()}
    words = [(text_of(item) or "").split() for item in other.items]
    strange = sum(word not in heard for said in words for word in said)
    return sum(bool(said) for said in words) if strange * 2 > sum(map(len, words)) else 0


def _lists(value: Any) -> list[ItemList]:
    """All lists of timed items, outermost first."""
    found: dict[tuple[str, ...], list[Item]] = {}
    level: list[tuple[tuple[str, ...], Any, Any]] = [((), value, None)]
    for _ in range(_DEPTH):
        for path, node, speaker in level:
            if isinstance(node, list) and (items := _items(node, speaker)):
                found.setdefault(path, []).extend(items)
        level = [child for path, node, speaker in level for child in _children(path, node, speaker)]
    single = _items([value], None) if not found and isinstance(value, dict) else []
    return [ItemList(path, items) for path, items in found.items()] or ([ItemList((), single)] if single else [])


def _children(path: tuple[str, ...], node: Any, speaker: Any) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """The mappings and lists within a node, with who speaks there; columns and keys that are times become items."""
    if isinstance(node, dict):
        named = first(node, SPEAKER)
        speaker = speaker if named is None else named
        if made := _columns(node) or _by_time(node):
            yield (*path, "*"), made, speaker
            return
        yield from (((*path, name), v, speaker) for name, v in node.items() if isinstance(v, dict | list))
    elif isinstance(node, list):
        inner = node[:1] if path and path[-1] in _BEST_ONLY else node
        yield from (((*path, "*"), v, speaker) for v in inner if isinstance(v, dict | list))


def _items(node: list[Any], speaker: Any) -> list[Item]:
    """The mappings of a list, brought to plain fields, if some have a text and a time."""
    items = [flat(item) for item in node if isinstance(item, dict)]
    if not any(text_of(item) is not None and has_time(item) for item in items):
        return []
    return items if speaker is None else [{"speaker": speaker, **item} for item in items]


def _columns(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Items from `{"text": ["a", "b"], "start": [0, 1]}`."""
    columns = {name: column for name, column in node.items() if isinstance(column, list) and len(column) > 0}
    texts = next((columns[name] for name in TEXT if name in columns), None)
    if texts is None or not isinstance(texts[0], str):
        return []
    same = {name: column for name, column in columns.items() if len(column) == len(texts)}
    rows = [dict(zip(same, row, strict=True)) for row in zip(*same.values(), strict=True)]
    return rows if has_time(rows[0]) else []


def _by_time(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Items from `{"0.0": "a", "1.5": "b"}` and `{"00:01": {"text": "a"}}`."""
    if len(node) < 2 or not all(name[:1].isdigit() and read_number(name, 1000) is not None for name in node):
        return []
    rows = [{"start": name} | (value if isinstance(value, dict) else {"text": value}) for name, value in node.items()]
    return rows if any(text_of(row) is not None for row in rows) else []
