"""Pages of ours that are no longer made, and the links of other pages to them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import regex

from pipeline.stages.escaping import clean
from pipeline.values.note import Page
from pipeline.vault.bases import read_base
from pipeline.vault.ledger import Written, slug_of
from pipeline.vault.placing import place
from pipeline.vault.shelf import Finished, Shelf, channel_of


def obsolete_pages(pages: Iterable[Page], finished: Sequence[Finished], shelf: Shelf) -> list[str]:
    """Pages of ours on the run's videos, or on channels left without a video, that are no longer made."""
    made = {p.path for p in pages}
    run = {f.made.transcript.video.id for f in finished}
    left = {clean(h.video.channel) for h in shelf.heads if h.video.id not in run}
    left |= {channel_of(f.made) for f in finished}
    return [
        name
        for name, record in sorted(shelf.ledger.items())
        if name not in made
        and name not in shelf.gone
        and (record.title not in left if record.kind == "channel" else record.video in run)
    ]


def unlinked_pages(pages: Iterable[Page], missing: set[str], shelf: Shelf) -> list[Page]:
    """Pages of earlier runs that link to a page that is no more, without that link, or with the name it has now."""
    named = {slug_of(old): slug_of(new) for old, new in shelf.moved.items() if slug_of(old) != slug_of(new)}
    lost = {slug_of(n) for n in missing}
    if not named and not lost:
        return []
    made = {p.path for p in pages} | missing
    changed = []
    for name, record in sorted(shelf.ledger.items()):
        text = _text(shelf, name, record) if name not in made else None
        if text is not None and (plain := _renamed(_unlinked(text, lost), named)) != text:
            changed.append(Page(path=name, text=plain, kind=record.kind, video=record.video, title=record.title))
    return changed


def _text(shelf: Shelf, name: str, record: Written) -> str | None:
    """Our text of a page, also where a person edited it since; None where it is not known."""
    path = place(shelf.root, name)
    data = path.read_bytes() if path.is_file() else b""
    if data and record.is_ours(data):
        return data.decode()
    was = next((old for old, new in shelf.moved.items() if new == name), name)
    return read_base(shelf.root, was, record) if data else None


def _unlinked(text: str, lost: Collection[str]) -> str:
    if not lost:
        return text
    slugs = "|".join(regex.escape(slug) for slug in sorted(lost))
    bullet = regex.compile(rf"(?m)^- \[\[(?:{slugs})(?: \| [^\]\n]*)?\]\].*\n")
    inline = regex.compile(rf"\[\[(?P<slug>{slugs})(?: \| (?P<text>[^\]\n]*))?\]\]")
    return inline.sub(lambda m: m["text"] or m["slug"], bullet.sub("", text))


def _renamed(text: str, named: Mapping[str, str]) -> str:
    if not named:
        return text
    slugs = "|".join(regex.escape(slug) for slug in sorted(named))
    link = regex.compile(rf"\[\[(?P<slug>{slugs})(?: \| (?P<text>[^\]\n]*))?\]\]")
    return link.sub(lambda m: f"[[{named[m['slug']]} | {m['text'] or m['slug']}]]", text)
