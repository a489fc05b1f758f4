"""Which source refused us and until when, so that the next run knows too."""

from datetime import datetime

from pipeline.store.store import Store
from pipeline.values.cooling import CoolDown


class CoolDowns:
    """The cool-downs in a store. Safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cool_down(self, source: str) -> CoolDown | None:
        """The cool-down of a source that refused when it was asked last; it may be over."""
        query = "SELECT strikes, refused, until FROM cool_downs WHERE source = ?"
        row = self._store.row(query, source)
        if row is None:
            return None
        return CoolDown(
            strikes=int(row[0]), refused=datetime.fromisoformat(row[1]), until=datetime.fromisoformat(row[2])
        )

    def keep_cool_down(self, source: str, cool_down: CoolDown) -> None:
        """Stores the cool-down of a source durably; one that was there is replaced."""
        row = (source, cool_down.strikes, cool_down.refused.isoformat(), cool_down.until.isoformat())
        with self._store.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO cool_downs VALUES (?,?,?,?)", row)

    def forget_cool_down(self, source: str) -> None:
        """The source answers again."""
        with self._store.transaction() as connection:
            connection.execute("DELETE FROM cool_downs WHERE source = ?", (source,))
