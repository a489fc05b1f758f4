"""Wikilinks: names of pages found in sentences, each target once a note, never to a page that does not exist."""

from collections.abc import Iterable, Mapping
from functools import cached_property

import regex

from pipeline.language.tokens import Token, tokens
from pipeline.stages.escaping import clean, link_text
from pipeline.values.base import Value
from pipeline.values.note import Link, Note, NoteSection, PageLink, Paragraph, Part, Sentence, Text

_SEE_ALSO = 5
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_LEAST_UNSPACED = 3
_QUOTED = regex.compile(r"“[^”]*(?:”|$)|\"[^\"]*\"|«[^»]*(?:»|$)|「[^」]*(?:」|$)|„[^“”]*(?:[“”]|$)")


class Name(Value):
    """One way to call a page."""

    text: str
    slug: str
    video: str = ""
    """The video of the page: its own notes come first where two pages have one name."""


class _Called:
    """All pages that one text names."""

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self.text = text
        self.words = words
        self._slugs: dict[str, str] = {}

    def add(self, name: Name) -> None:
        """One more page of this name."""
        for video in (name.video, ""):
            self._slugs[video] = min(name.slug, self._slugs.get(video, name.slug))

    def target(self, video: str) -> str:
        """The page of the same video, else the first by slug."""
        return self._slugs.get(video) or self._slugs[""]


class LinkIndex(Value):
    """All names of all pages that exist, and the titles of those pages."""

    names: tuple[Name, ...]
    titles: Mapping[str, str] = {}
    """Title by slug."""

    @cached_property
    def by_first(self) -> dict[str, list[_Called]]:
        """Names by their first word, longest first."""
        called: dict[str, _Called] = {}
        for name in self.names:
            if name.text not in called:
                called[name.text] = _Called(name.text, tuple(t.norm for t in tokens(name.text)))
            called[name.text].add(name)
        found: dict[str, list[_Called]] = {}
        for one in sorted(called.values(), key=lambda c: (-len(c.words), c.text)):
            if one.words and _linkable(one.text, one.words):
                found.setdefault(one.words[0], []).append(one)
        return found


def _linkable(text: str, words: tuple[str, ...]) -> bool:
    """Several words, or one that is a proper name: one general word would be linked everywhere."""
    if clean(text) != text or link_text(text) != text:
        return False
    if _UNSPACED.search(text):
        return len(words) >= _LEAST_UNSPACED
    return len(words) > 1 or (text[0].isupper() and len(text) > 2)


def link(notes: Iterable[Note], index: LinkIndex) -> tuple[Note, ...]:
    """The notes with the first mention of each other page as a link, and with their See also.

    Args:
        notes: composed notes of one or more videos, without links.
        index: their own names and those of every other page of the vault.
    """
    given = tuple(notes)
    return tuple(_Linker(note, index).linked(given) for note in given)


class _Linker:
    """Goes through one note from top to bottom and remembers what was linked."""

    def __init__(self, note: Note, index: LinkIndex) -> None:
        self._note = note
        self._index = index
        self._targets: list[str] = []

    def linked(self, notes: tuple[Note, ...]) -> Note:
        lead, *sections = [self._section(s) for s in self._note.all_sections]
        changed = {"lead": lead, "sections": tuple(sections), "see_also": self._see_also(notes)}
        return self._note.model_copy(update=changed)

    def _section(self, section: NoteSection) -> NoteSection:
        paragraphs: tuple[Paragraph, ...] = tuple(tuple(map(self._sentence, p)) for p in section.paragraphs)
        return section.model_copy(update={"paragraphs": paragraphs})

    def _sentence(self, sentence: Sentence) -> Sentence:
        parts: list[Part] = []
        for i, part in enumerate(sentence.parts):
            parts.extend(self._text(part.text, opens=i == 0) if part.kind == "text" else (part,))
        return Sentence(parts=tuple(parts), end=sentence.end)

    def _text(self, text: str, *, opens: bool) -> list[Part]:
        words = tokens(text)
        quoted = [m.span() for m in _QUOTED.finditer(text)]
        parts: list[Part] = []
        done = i = 0
        while i < len(words):
            inside = any(start <= words[i].start < end for start, end in quoted)
            called = None if inside else self._match(text, words, i, opens=opens)
            if called is None:
                i += 1
                continue
            count = len(called.words)
            start, end = words[i].start, words[i + count - 1].end
            slug = called.target(self._note.video.id)
            if slug != self._note.slug and slug not in self._targets:
                if start > done:
                    parts.append(Text(text=text[done:start]))
                parts.append(Link(slug=slug, text=text[start:end]))
                self._targets.append(slug)
                done = end
            i += count
        return [*parts, Text(text=text[done:])] if done < len(text) or not parts else parts

    def _match(self, text: str, words: list[Token], at: int, *, opens: bool) -> _Called | None:
        """The longest name that stands here."""
        for called in self._index.by_first.get(words[at].norm, ()):
            here = words[at : at + len(called.words)]
            same = tuple(w.norm for w in here) == called.words
            if same and _stands(text, here, called.text, opens=opens and at == 0):
                return called
        return None

    def _see_also(self, notes: tuple[Note, ...]) -> tuple[PageLink, ...]:
        """What was linked, then the nearest notes of the same video, five in all."""
        siblings = [n for n in notes if n.video.id == self._note.video.id and n.slug != self._note.slug]
        near = sorted(siblings, key=lambda n: (abs(n.source.first_ms - self._note.source.first_ms), n.slug))
        titles = {**{n.slug: n.title for n in notes}, **self._index.titles}
        order = [s for s in dict.fromkeys([*self._targets, *(n.slug for n in near)]) if s in titles]
        return tuple(PageLink(slug=s, text=titles[s]) for s in order[:_SEE_ALSO])


def _stands(text: str, words: list[Token], name: str, *, opens: bool) -> bool:
    """Whether the words here are the name, whole and no part of another, and may stand in a wikilink."""
    start, end = words[0].start, words[-1].end
    shown = text[start:end]
    if link_text(shown) != shown or not _whole(text, start, end) or _inside_name(text, start, end):
        return False
    if len(words) == 1 and not _UNSPACED.search(shown):
        # At the start of a sentence a capital does not tell a name from a general word.
        return shown == name and not opens
    return shown[1:] == name[1:] and shown[0].casefold() == name[0].casefold()


def _whole(text: str, start: int, end: int) -> bool:
    """Whether the words are no part of a hyphenated compound or of an address."""
    before, after = text[max(0, start - 1) : start], text[end : end + 2]
    return before not in {"-", "‑", "@", "/", "."} and not regex.match(r"[-‑@/]|\.\w", after)


def _inside_name(text: str, start: int, end: int) -> bool:
    """Whether a name goes on before or after the words: "George Washington" is not about Washington."""
    before = regex.search(r"(\p{Lu}[\p{L}\p{M}.'’\-]*) $", text[:start])
    named = before is not None and before.start() > 0 and text[start].isupper()
    return named or (text[start].isupper() and regex.match(r" \p{Lu}\p{Ll}", text[end:]) is not None)
