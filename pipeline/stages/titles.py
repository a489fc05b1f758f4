"""Titles, headings and aliases from a model or an outliner, made fit for a page."""

from collections import Counter
from collections.abc import Iterable

import regex

from pipeline.language.tokens import tokens
from pipeline.stages.escaping import clean
from pipeline.values.outline import Claim

_DRESSING = regex.compile(r"^[\s#>*_`\"“”„«»'\-–—:.,;]+|[\s*_`\"“”„«»\-–—:.,;]+$")
_TRAILING = frozenset(
    {
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "by",
        "from",
        "as",
        "is",
        "was",
        "der",
        "die",
        "das",
        "und",
        "de",
        "la",
        "le",
        "el",
        "et",
        "y",
    }
)
_DATE = regex.compile(
    r"(?i)(?:(?:january|february|march|april|may|june|july|august|september|october|november|december|century|the|of|in|"
    r"early|late|mid|spring|summer|autumn|fall|winter|\d+(?:st|nd|rd|th|s)?)[\s,-]*)+"
)
_MOST_WORDS = 10
_MOST_CHARACTERS = 100
_SPOKEN = regex.compile(r"[\p{L}\p{N}]")


def tidy(text: str, most: int = _MOST_WORDS) -> str:
    """One line of 1 to `most` words without Markdown dress, quotation marks and full stop; "" if nothing is left."""
    first = next((x for x in text.splitlines() if _SPOKEN.search(x)), "")
    line = _DRESSING.sub("", clean(regex.sub(r"\*\*|__|`", "", first)))
    words = line.split(" ")
    if len(words) > most:
        words = words[:most]
        while len(words) > 1 and words[-1].casefold() in _TRAILING:
            words.pop()
    short = " ".join(words)
    if len(short) > _MOST_CHARACTERS:
        short = short[:_MOST_CHARACTERS].rsplit(" ", 1)[0]
    short = _DRESSING.sub("", short)
    return short if _SPOKEN.search(short) else ""


def grounded(title: str, claims: Iterable[Claim]) -> bool:
    """Whether a title shares a word (or its first four letters) with what its claims say: a refusal does not."""
    said = [
        t.norm for c in claims for text in (c.text, c.subject, *(k.quote for k in c.citations)) for t in tokens(text)
    ]
    stems = {word[:4] for word in said}
    return any(
        t.norm[:4] in stems
        for t in tokens(title)
        if len(t.norm) > 3 or not t.norm.isascii() or t.norm.isdigit() or title[t.start : t.end].isupper()
    )


def fallback_title(claims: Iterable[Claim]) -> str:
    """What most of the claims are about; their first words if they do not say."""
    some = tuple(claims)
    subjects = Counter(filter(None, (tidy(c.subject, 7) for c in some)))
    if subjects:
        title = max(subjects, key=lambda s: (subjects[s], -len(s), s))
    else:
        title = tidy(some[0].text, 6) if some else ""
    title = title or "Untitled"
    return title[0].upper() + title[1:]


def unique(title: str, taken: set[str]) -> str:
    """The title, or the title with a part number that no other title has; the choice is added to `taken`."""
    chosen, part = title, 1
    while _key(chosen) in taken:
        part += 1
        chosen = f"{title}, part {part}"
    taken.add(_key(chosen))
    return chosen


def _key(title: str) -> str:
    """Titles with the same words would have the same file name."""
    return " ".join(t.norm.replace("'", "").replace("-", " ") for t in tokens(title)) or title.casefold()


def literal_aliases(wanted: Iterable[str], texts: str, taken: set[str], title: str) -> tuple[str, ...]:
    """Aliases that occur letter for letter in the claims and belong to no other note; chosen ones join `taken`.

    Args:
        wanted: as proposed.
        texts: all claims of the video.
        taken: aliases and titles of the plan in lower case.
        title: of the note itself.
    """
    chosen: list[str] = []
    for proposed in wanted:
        alias = tidy(proposed, 6)
        key = alias.casefold()
        general = (" " not in alias and alias.islower() and alias.isascii()) or _DATE.fullmatch(alias)
        if not alias or general or key in taken or key == title.casefold() or len(chosen) == 8:
            continue
        if regex.search(rf"(?<!\w){regex.escape(alias, literal_spaces=True)}(?!\w)", texts) or _unspaced(alias, texts):
            taken.add(key)
            chosen.append(alias)
    return tuple(chosen)


def _unspaced(alias: str, texts: str) -> bool:
    """Where words are not spaced a whole word cannot be told from its neighbours."""
    return bool(regex.fullmatch(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}ー]{2,}", alias)) and alias in texts
