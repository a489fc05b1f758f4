"""A check that also finds the transcripts which runs fetched before."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.checking.report import CheckReport
from pipeline.checking.run import check
from pipeline.store.store import Store


def check_with_store(paths: Sequence[Path], transcripts: Path | None, store_path: Path) -> CheckReport:
    """The check of these notes; `store_path` is used when there is a store, and not made when there is none.

    Raises:
        SettingsError: a path does not exist, or the store cannot be read.
    """
    if not store_path.is_file():
        return check(paths, transcripts=transcripts)
    with Store(store_path) as store:
        return check(paths, transcripts=transcripts, lookups=[store.transcript])
