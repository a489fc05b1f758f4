"""Names that a plan proposes, kept as far as the video itself says them."""

from collections.abc import Iterable

import regex

from pipeline.stages.escaping import clean
from pipeline.values.draft import DraftEntity
from pipeline.values.outline import Outline
from pipeline.values.plan import Entity

_MOST = 200
_LONGEST = 80


def known_entities(drafts: Iterable[DraftEntity], outline: Outline) -> tuple[Entity, ...]:
    """Entities whose name is said in the claims; a full or short form that is said nowhere gives way to the name.

    Args:
        drafts: as proposed.
        outline: its claims that have a citation, and its quotes, decide what is said.
    """
    said = "\n".join(_said(outline))
    known: dict[str, Entity] = {}
    for draft in drafts:
        name = clean(draft.name)
        if name.casefold() in known or len(known) == _MOST or not _occurs(name, said):
            continue
        full = clean(draft.full)
        full = full if _occurs(full, said) else name
        short = clean(draft.short)
        short = short if short and (_within(short, name) or _within(short, full)) else name
        known[name.casefold()] = Entity(name=name, full=full, pronoun=draft.pronoun, short=short)
    return tuple(known.values())


def _said(outline: Outline) -> list[str]:
    claims = outline.kept(doubtful=True)
    texts = [t for c in claims for t in (c.text, *(k.quote for k in c.citations))]
    return texts + [q.text for q in outline.quotes]


def _occurs(name: str, said: str) -> bool:
    if not name or len(name) > _LONGEST:
        return False
    return regex.search(rf"(?i)(?<!\w){regex.escape(name, literal_spaces=True)}(?!\w)", said) is not None


def _within(short: str, form: str) -> bool:
    """Whether the short form is some of the words of the other, in their order and next to each other."""
    return f" {short.casefold()} " in f" {form.casefold()} "
