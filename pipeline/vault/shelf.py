"""The vault as a run finds it, and the videos that the run adds."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.stages.escaping import clean
from pipeline.values.note import Names, Note
from pipeline.values.proof import Made
from pipeline.vault.index import Entry, read_index
from pipeline.vault.ledger import Written, read_ledger
from pipeline.vault.proofs import ProofHead, read_heads
from pipeline.vault.writing import deleted_by_hand


@dataclass(frozen=True)
class Shelf:
    """The vault as it was found. `gone` are the paths of pages that a person deleted."""

    root: Path
    entries: tuple[Entry, ...]
    ledger: dict[str, Written]
    gone: frozenset[str]
    heads: tuple[ProofHead, ...]


@dataclass(frozen=True)
class Finished:
    """One video with its notes, composed but not yet linked."""

    made: Made
    names: Names
    notes: tuple[Note, ...]


def take_stock(vault: Path) -> Shelf:
    """What is in a vault. Raises SettingsError for a damaged ledger or proof."""
    ledger = read_ledger(vault)
    entries = read_index(vault)
    # A page that a person moved into a folder is still reached by its name.
    names = {e.slug for e in entries}
    gone = frozenset(n for n in deleted_by_hand(vault, ledger) if n.removesuffix(".md") not in names)
    return Shelf(vault, entries, ledger, gone, read_heads(vault))


def channel_of(made: Made) -> str:
    """The channel of a video; "" where it has none."""
    return clean(made.transcript.video.channel)
