"""Channel pages over all runs: the run's videos, and those that the vault has proofs of."""

from collections.abc import Sequence

from pipeline.settings import NotesPolicy
from pipeline.stages.escaping import clean
from pipeline.stages.overview import channel_page, video_title
from pipeline.stages.render import render_channel
from pipeline.values.note import ChannelVideo, Page, PageLink
from pipeline.values.proof import Proof
from pipeline.vault.ledger import slug_of
from pipeline.vault.proofs import ProofHead
from pipeline.vault.shelf import Finished, Shelf


def channel_pages(
    finished: Sequence[Finished], proofs: Sequence[Proof], shelf: Shelf, policy: NotesPolicy
) -> list[Page]:
    """The pages of the run's channels and of those that its videos were in before."""
    run = {p.video.id for p in proofs}
    others = [h for h in shelf.heads if h.video.id not in run]
    present = {e.slug for e in shelf.entries} | {n.slug for f in finished for n in f.notes}
    here = {f.names.channel.text: f.names.channel.slug for f in finished if f.names.channel}
    before = {clean(h.video.channel): "" for h in shelf.heads if h.video.id in run}
    given = {r.title: slug_of(n) for n, r in shelf.ledger.items() if r.kind == "channel" and n not in shelf.gone}
    pages = []
    for name in {**here, **before}:
        slug = here.get(name, given.get(name))
        listed = [_listed(p, None) for p in proofs if clean(p.video.channel) == name]
        listed += [_listed(h, present) for h in others if clean(h.video.channel) == name]
        if slug and listed:
            pages.append(render_channel(channel_page(slug, name, listed), policy.templates))
    return pages


def _listed(proof: Proof | ProofHead, present: set[str] | None) -> ChannelVideo:
    """A video with those of its pages that exist; `present` is None where the run itself makes them."""

    def there(slug: str | None) -> bool:
        return slug is not None and (present is None or slug in present)

    video = PageLink(slug=proof.video_slug if there(proof.video_slug) else None, text=video_title(proof.video))
    notes = tuple(PageLink(slug=n.slug, text=n.title) for n in proof.notes if there(n.slug))
    return ChannelVideo(link=video, published=proof.video.published, topics=notes)
