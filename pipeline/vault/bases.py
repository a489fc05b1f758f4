"""Our text of each page as it was last made: `.citenote/base/`, from which a page edited by hand is merged.

It lies in the vault, so that it goes where the vault goes; git keeps equal files once. The names end in `.txt`: these
are no pages, and no reader of a vault should take them for notes.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.vault.ledger import Written, digest
from pipeline.vault.placing import place, write_whole

FOLDER = ".citenote/base"


def base_path(page: str) -> str:
    """Where our text of a page lies."""
    return f"{FOLDER}/{page.removesuffix('.md')}.txt"


def read_base(vault: Path, page: str, record: Written | None) -> str | None:
    """Our text of a page as it was last made; None where it is not kept, or is not what the ledger speaks of."""
    path = place(vault, base_path(page))
    data = path.read_bytes() if record is not None and path.is_file() else b""
    return data.decode() if record is not None and data and record.is_ours(data) else None


def write_base(vault: Path, page: str, text: str) -> None:
    """Keeps our text of a page."""
    write_whole(place(vault, base_path(page)), text.encode())


def remove_base(vault: Path, page: str) -> None:
    """Forgets our text of a page that is no more."""
    place(vault, base_path(page)).unlink(missing_ok=True)


def base_digest(vault: Path, page: str) -> str | None:
    """The digest of what is kept for a page."""
    path = place(vault, base_path(page))
    return digest(path.read_bytes()) if path.is_file() else None


def move_bases(vault: Path, moved: Mapping[str, str], ledger: Mapping[str, Written]) -> None:
    """Lays our texts where a person moved their pages; the old ones stay until the ledger speaks of the new ones."""
    for old, new in moved.items():
        text = read_base(vault, old, ledger.get(new))
        if text is not None:
            write_base(vault, new, text)


def has_bases(vault: Path) -> bool:
    """Whether our texts are kept here at all: earlier versions did not."""
    return (vault / FOLDER).is_dir()
