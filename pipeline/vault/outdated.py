"""Pages of ours that are no longer made, and the links of other pages to them."""

from collections.abc import Iterable, Sequence

import regex

from pipeline.stages.escaping import clean
from pipeline.values.note import Page
from pipeline.vault.shelf import Finished, Shelf, channel_of
from pipeline.vault.writing import place


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
    """Pages of earlier runs that link to a page that is no more, without that link; edited ones are left alone."""
    slugs = "|".join(regex.escape(n.removesuffix(".md")) for n in sorted(missing))
    if not slugs:
        return []
    bullet = regex.compile(rf"(?m)^- \[\[(?:{slugs})(?: \| [^\]\n]*)?\]\].*\n")
    inline = regex.compile(rf"\[\[(?P<slug>{slugs})(?: \| (?P<text>[^\]\n]*))?\]\]")
    made = {p.path for p in pages} | missing
    changed = []
    for name, record in sorted(shelf.ledger.items()):
        path = place(shelf.root, name)
        data = path.read_bytes() if name not in made and path.is_file() else b""
        if data and record.is_ours(data):
            text = data.decode()
            plain = inline.sub(lambda m: m["text"] or m["slug"], bullet.sub("", text))
            if plain != text:
                page = Page(path=name, text=plain, kind=record.kind, video=record.video, title=record.title)
                changed.append(page)
    return changed
