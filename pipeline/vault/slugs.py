"""File names: made from titles, unique in the vault whatever the file system, and kept once given."""

import unicodedata
from collections.abc import Iterable, Mapping

import regex

from pipeline.stages.escaping import clean
from pipeline.values.base import Value
from pipeline.values.note import PageKind

_MOST_CHARACTERS = 80
_MOST_BYTES = 200
_DROPPED = regex.compile(r"['’‘ʼʹ`´\p{Cf}]+")
_APART = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_RESERVED = regex.compile(r"(?:con|prn|aux|nul|conin|conout|clock|(?:com|lpt)[0-9¹²³])")


class PageKey(Value):
    """What a page is, over all runs: a topic of a video, a video, or a channel."""

    kind: PageKind
    video: str
    """Id of the video; empty for a channel."""
    title: str


class Wish(Value):
    """A page that needs a name, and what to add, best first, where another page has that name."""

    key: PageKey
    suffixes: tuple[str, ...] = ()


def slug(title: str) -> str:
    """A file name without ending: lower case, words joined by `_`, letters of all scripts, safe on every system.

    At most 80 characters and 200 bytes, so that an ending and a suffix fit into 255.
    """
    lowered = unicodedata.normalize("NFC", clean(title).lower())
    joined = _APART.sub("_", _DROPPED.sub("", lowered)).strip("_")
    short = _shortened(joined)
    if not short:
        return "untitled"
    return f"{short}_page" if _RESERVED.fullmatch(short) else short


def _shortened(name: str) -> str:
    if len(name) <= _MOST_CHARACTERS and len(name.encode()) <= _MOST_BYTES:
        return name
    cut = name[:_MOST_CHARACTERS].encode()[:_MOST_BYTES].decode(errors="ignore")
    words = cut.rpartition("_")[0]
    return (words if len(words) > len(cut) // 2 else cut).strip("_")


def fold(name: str) -> str:
    """The form in which two file names are the same file on some system."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def assign(wishes: Iterable[Wish], given: Mapping[PageKey, str], taken: Iterable[str]) -> dict[PageKey, str]:
    """A slug for each wish: the one it had before, else its title's, with a suffix where that is another page's.

    Args:
        wishes: in the order in which they may choose.
        given: slugs of earlier runs.
        taken: slugs of all pages of the vault, the given ones too.
    """
    wanted = tuple(wishes)
    assigned = {w.key: given[w.key] for w in wanted if w.key in given}
    used = {fold(s) for s in taken} | {fold(s) for s in assigned.values()}
    for wish in wanted:
        if wish.key not in assigned:
            chosen = next(s for s in _candidates(wish) if fold(s) not in used)
            assigned[wish.key] = chosen
            used.add(fold(chosen))
    return assigned


def _candidates(wish: Wish) -> Iterable[str]:
    base = slug(wish.key.title)
    yield base
    for suffix in wish.suffixes:
        if suffix and slug(suffix) != "untitled":
            yield f"{base}_{slug(suffix)[:40].strip('_')}"
    number = 2
    while True:
        yield f"{base}_{number}"
        number += 1
