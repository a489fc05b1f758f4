"""Which page has which name: what earlier runs gave stays, the rest is assigned in the order of the run's list."""

from collections.abc import Sequence

from pipeline.stages.overview import video_title
from pipeline.values.note import Names, PageLink
from pipeline.values.proof import Made
from pipeline.vault.ledger import slug_of
from pipeline.vault.shelf import Shelf, channel_of
from pipeline.vault.slugs import PageKey, Wish, assign


def _channel_key(name: str) -> PageKey:
    return PageKey(kind="channel", video="", title=name)


def _video_key(made: Made) -> PageKey:
    # A video keeps its page when its title changes.
    return PageKey(kind="video", video=made.transcript.video.id, title="")


def page_slugs(videos: Sequence[Made], shelf: Shelf) -> dict[PageKey, str]:
    """Slugs of all pages of the run, by what they are: channels choose first, then notes, then video pages."""
    found = {e.path.removesuffix(".md"): e for e in shelf.entries if "/" not in e.path}
    given = {_key(e.kind, e.video, e.title): s for s, e in found.items() if e.kind and (e.video or e.kind == "channel")}
    given |= {_key(r.kind, r.video, r.title): slug_of(n) for n, r in sorted(shelf.ledger.items())}
    channels = [Wish(key=_channel_key(c), suffixes=("channel",)) for c in map(channel_of, videos) if c]
    notes = [
        Wish(key=PageKey(kind="note", video=m.transcript.video.id, title=n.title), suffixes=(channel_of(m), _name(m)))
        for m in videos
        for n in m.plan.notes
    ]
    wishes = [*dict.fromkeys(channels), *notes]
    taken = [*(e.slug for e in shelf.entries), *map(slug_of, shelf.ledger)]
    slugs = assign(wishes, given, taken)
    return slugs | _video_slugs(videos, given, [*taken, *slugs.values()])


def _video_slugs(videos: Sequence[Made], given: dict[PageKey, str], taken: list[str]) -> dict[PageKey, str]:
    titled = {PageKey(kind="video", video=m.transcript.video.id, title=_name(m)): _video_key(m) for m in videos}
    known = {t: given[k] for t, k in titled.items() if k in given}
    wishes = [Wish(key=t, suffixes=("video", t.video)) for t in titled]
    return {titled[t]: s for t, s in assign(wishes, known, taken).items()}


def _key(kind: str | None, video: str, title: str) -> PageKey:
    return PageKey.model_validate({"kind": kind, "video": video, "title": "" if kind == "video" else title})


def _name(made: Made) -> str:
    return video_title(made.transcript.video)


def page_names(made: Made, slugs: dict[PageKey, str], shelf: Shelf) -> Names:
    """The pages of one video; those that a person deleted have no slug."""

    def page(key: PageKey, text: str) -> PageLink:
        slug = slugs[key]
        return PageLink(slug=None if slug in shelf.gone_slugs else slug, text=text)

    channel = channel_of(made)
    video = made.transcript.video.id
    return Names(
        video=page(_video_key(made), _name(made)),
        channel=page(_channel_key(channel), channel) if channel else None,
        notes=tuple(page(PageKey(kind="note", video=video, title=n.title), n.title) for n in made.plan.notes),
    )
