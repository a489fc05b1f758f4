"""What we wrote last: `.citenote/pages.json` in the vault, by which a page edited by hand is known."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import SettingsError
from pipeline.values.base import Value
from pipeline.values.note import Page, PageKind
from pipeline.vault.slugs import PageKey

LEDGER = ".citenote/pages.json"
_FORMAT = 1


class Written(Value):
    """One page as we wrote it last."""

    digest: str
    kind: PageKind
    video: str
    title: str
    before: str | None = None
    """The digest that it may still have, while `pending`."""
    pending: bool = False
    """About to be written or removed: if the run is killed now, whatever is found was not done by a person."""

    @property
    def key(self) -> PageKey:
        """What the page is."""
        return PageKey(kind=self.kind, video=self.video, title=self.title)

    def is_ours(self, data: bytes) -> bool:
        """Whether a page still has the bytes that we gave it."""
        return digest(data) in {self.digest, self.before}


def digest(data: bytes) -> str:
    """Short content hash of a page's bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def slug_of(path: str) -> str:
    """The name by which wikilinks reach a page, wherever in the vault it lies."""
    return path.rsplit("/", 1)[-1].removesuffix(".md")


def written(page: Page) -> Written:
    """The record of a page."""
    return Written(digest=digest(page.text.encode()), kind=page.kind, video=page.video, title=page.title)


def read_ledger(vault: Path) -> dict[str, Written]:
    """Records by path; empty for a vault that we never wrote to.

    Raises:
        SettingsError: the file is not ours or was damaged.
    """
    path = vault / LEDGER
    if not path.exists():
        return {}
    try:
        loaded = json.loads(path.read_bytes())
        if loaded["format"] != _FORMAT:
            raise SettingsError(f"{path}: format {loaded['format']!r} is not known", remedy="Use a newer citenote.")
        return {name: Written.model_validate(entry) for name, entry in loaded["pages"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as e:
        remedy = "Restore it, or remove it: then all pages count as edited by hand."
        raise SettingsError(f"{path}: damaged ({type(e).__name__})", remedy=remedy) from e


def ledger_bytes(records: Mapping[str, Written]) -> bytes:
    """The file, one page a line, sorted by path."""
    rows = [f"    {_json(name)}: {_json(records[name].model_dump(exclude_defaults=True))}" for name in sorted(records)]
    body = ",\n".join(rows)
    return f'{{\n  "format": {_FORMAT},\n  "pages": {{\n{body}\n  }}\n}}\n'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
