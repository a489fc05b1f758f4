"""The vault as a run finds it, and the videos that the run adds."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.stages.escaping import clean
from pipeline.values.note import Names, Note
from pipeline.values.proof import Made
from pipeline.vault.index import Entry, read_index
from pipeline.vault.ledger import Written, read_ledger, slug_of
from pipeline.vault.moving import moved_pages
from pipeline.vault.proofs import ProofHead, read_heads
from pipeline.vault.writing import deleted_by_hand, relocated


@dataclass(frozen=True)
class Shelf:
    """The vault as it was found.

    `ledger` and everything else names pages where they are now; `moved` tells where a person moved them (new paths by
    old ones). `gone` are the paths of pages that a person deleted.
    """

    root: Path
    entries: tuple[Entry, ...]
    ledger: dict[str, Written]
    gone: frozenset[str]
    heads: tuple[ProofHead, ...]
    moved: dict[str, str]

    @property
    def gone_slugs(self) -> frozenset[str]:
        """The names of pages that a person deleted."""
        return frozenset(map(slug_of, self.gone))

    @property
    def places(self) -> dict[str, str]:
        """The paths of our pages by their slugs."""
        return {slug_of(path): path for path in self.ledger}


@dataclass(frozen=True)
class Finished:
    """One video with its notes, composed but not yet linked."""

    made: Made
    """After a person's decisions."""
    proposed: Made
    """Before them: what the proof is of."""
    names: Names
    notes: tuple[Note, ...]


def take_stock(vault: Path) -> Shelf:
    """What is in a vault. Raises SettingsError for a damaged ledger or proof."""
    entries = read_index(vault)
    known = read_ledger(vault)
    moved = moved_pages(vault, known, entries)
    ledger = relocated(known, moved)
    # A page that a person moved and made their own is still reached by its name.
    names = {e.slug for e in entries}
    gone = frozenset(n for n in deleted_by_hand(vault, ledger) if slug_of(n) not in names)
    return Shelf(vault, entries, ledger, gone, read_heads(vault), moved)


def channel_of(made: Made) -> str:
    """The channel of a video; "" where it has none."""
    return clean(made.transcript.video.channel)
