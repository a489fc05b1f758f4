"""A run's videos become pages of a vault: named, composed, linked across all of them, written, with their proofs.

The order of the run's list decides, never the order in which videos were finished. A second run writes nothing.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.settings import NotesPolicy
from pipeline.stages.compose import compose
from pipeline.stages.deciding import decided
from pipeline.stages.escaping import clean
from pipeline.stages.link import LinkIndex, Name, link
from pipeline.stages.overview import video_page
from pipeline.stages.render import render_note, render_video
from pipeline.values.base import Value
from pipeline.values.note import Note, PageLink
from pipeline.values.proof import Made, Proof, ProofNote
from pipeline.vault.channels import channel_pages
from pipeline.vault.conflicts import read_conflicts
from pipeline.vault.holding import expect_writable, held, told
from pipeline.vault.ledger import LEDGER, slug_of
from pipeline.vault.naming import page_names, page_slugs
from pipeline.vault.outdated import obsolete_pages, unlinked_pages
from pipeline.vault.placing import OURS, place
from pipeline.vault.proofs import write_proof
from pipeline.vault.reviews import all_reviews, read_review
from pipeline.vault.shelf import Finished, Shelf, take_stock
from pipeline.vault.writing import Fates, write_pages


class VideoReport(Value):
    """The pages of one video, relative to the vault."""

    video: str
    page: str | None
    notes: tuple[str, ...]


class Published(Value):
    """What a run did to a vault."""

    videos: tuple[VideoReport, ...] = ()
    """In the order of the run, each video once."""
    fates: Fates = Fates()
    proofs_written: int = 0


def expect_publishable(vault: Path) -> None:
    """Finds out, before anything is paid for, whether `publish` could do its work. Writes nothing.

    Raises:
        SettingsError: the vault cannot be written to, or its ledger, a proof or a decision is damaged.
    """
    expect_writable(vault)
    expect_writable(vault / OURS / "proofs")
    with told(vault):
        place(vault, LEDGER)
        take_stock(vault)
        read_conflicts(vault)
        all_reviews(vault)


def publish(vault: Path, made: Sequence[Made], policy: NotesPolicy) -> Published:
    """Writes the notes, video pages, channel pages and proofs of a run.

    Args:
        vault: its folder; made if missing.
        made: the run's videos in the order of its list; of two with one id the first counts.
        policy: doubtful claims, templates.

    Raises:
        SettingsError: a template is wrong, or something in the vault cannot be understood or safely written.
        StopRun: the disk is full.
    """
    with held(vault):
        return _published(vault, made, policy)


def _published(vault: Path, made: Sequence[Made], policy: NotesPolicy) -> Published:
    videos: dict[str, Made] = {}
    for one in made:
        videos.setdefault(one.transcript.video.id, one)
    shelf = take_stock(vault)
    finished = _finished(tuple(videos.values()), shelf, policy)
    notes = link([n for f in finished for n in f.notes], _link_index(finished, shelf))
    pages = [render_note(n, policy.templates) for n in notes]
    overviews = [video_page(f.made, f.names) for f in finished]
    pages += [render_video(v, policy.templates) for v in overviews if v is not None]
    proofs = [_proof(f) for f in finished]
    pages += channel_pages(finished, proofs, shelf, policy)
    places = shelf.places
    pages = [p.model_copy(update={"path": places.get(slug_of(p.path), p.path)}) for p in pages]
    obsolete = obsolete_pages(pages, finished, shelf)
    pages += unlinked_pages(pages, {*obsolete, *shelf.gone}, shelf)
    fates = write_pages(vault, pages, obsolete, shelf.moved)
    count = sum(write_proof(vault, p) for p in proofs)
    return Published(videos=tuple(_report(f, places) for f in finished), fates=fates, proofs_written=count)


def _finished(videos: Sequence[Made], shelf: Shelf, policy: NotesPolicy) -> list[Finished]:
    slugs = page_slugs(videos, shelf)
    finished = []
    for proposed in videos:
        m = decided(proposed, read_review(shelf.root, proposed.transcript.video.id))
        names = page_names(m, slugs, shelf)
        notes = compose(m.plan, m.outline, m.transcript, names, policy)
        made = {n.slug for n in notes}
        links = tuple(n if n.slug in made else PageLink(slug=None, text=n.text) for n in names.notes)
        finished.append(Finished(m, proposed, names.model_copy(update={"notes": links}), notes))
    return finished


def _link_index(finished: Sequence[Finished], shelf: Shelf) -> LinkIndex:
    names = [name for f in finished for note in f.notes for name in _names_of(note, f.made)]
    videos = {f.made.transcript.video.id for f in finished}
    slugs = {n.slug for n in names}
    for entry in shelf.entries:
        if entry.kind == "note" and entry.video not in videos and entry.slug not in slugs:
            texts = dict.fromkeys(clean(t) for t in (entry.title, *entry.aliases) if t)
            names += [Name(text=t, slug=entry.slug, video=entry.video) for t in texts]
    titles = {e.slug: e.title or e.slug for e in shelf.entries}
    return LinkIndex(names=tuple(names), titles=titles | {n.slug: n.title for f in finished for n in f.notes})


def _names_of(note: Note, made: Made) -> list[Name]:
    """Title and aliases, and the full form of whoever an alias names: "Joseph Stalin" where "Stalin" is one."""
    texts = dict.fromkeys([note.title, *note.aliases])
    full = [e.full for e in made.plan.entities if e.name in texts or e.short in texts]
    return [Name(text=t, slug=note.slug, video=note.video.id) for t in dict.fromkeys([*texts, *full])]


def _proof(finished: Finished) -> Proof:
    made, transcript = finished.proposed, finished.made.transcript
    return Proof(
        video=transcript.video,
        video_slug=finished.names.video.slug,
        language=transcript.language,
        trust=transcript.trust,
        transcript_digest=transcript.digest,
        model=made.model,
        judge=made.judge,
        prompts=made.prompts,
        punctuated=made.script.punctuated,
        chunks=made.script.chunks,
        outline=made.outline,
        plan=made.plan,
        notes=tuple(ProofNote(title=n.text, slug=n.slug) for n in finished.names.notes),
        repairs=transcript.repairs,
        segments=transcript.segments,
    )


def _report(finished: Finished, places: Mapping[str, str]) -> VideoReport:
    slug = finished.names.video.slug

    def path(slug: str) -> str:
        return places.get(slug, f"{slug}.md")

    return VideoReport(
        video=finished.made.transcript.video.id,
        page=path(slug) if slug else None,
        notes=tuple(path(n.slug) for n in finished.notes),
    )
