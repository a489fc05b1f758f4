"""Which way of asking each model of each server knows, so that it is found out once."""

from pipeline.store.store import Store


class StoredAbilities:
    """What the store holds of servers. Safe to use from several threads and processes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def way(self, server: str, model: str) -> str | None:
        """The way that worked last with a model of a server."""
        row = self._store.row("SELECT way FROM abilities WHERE server = ? AND model = ?", server, model)
        return row[0] if row else None

    def report(self, server: str, model: str) -> str | None:
        """The last report of a probe, as it was kept."""
        query = "SELECT report FROM abilities WHERE server = ? AND model = ? AND report IS NOT NULL"
        row = self._store.row(query, server, model)
        return row[0] if row else None

    def keep_way(self, server: str, model: str, way: str) -> None:
        """Stores the way that works, in the place of what was known."""
        self._keep(server, model, way, None)

    def keep_report(self, server: str, model: str, way: str, report: str) -> None:
        """Stores the way that works, and all that a probe found out, as JSON."""
        self._keep(server, model, way, report)

    def _keep(self, server: str, model: str, way: str, report: str | None) -> None:
        query = """
            INSERT INTO abilities VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?4)
            ON CONFLICT DO UPDATE SET way = ?3, learnt = excluded.learnt, report = coalesce(?4, report)
        """
        with self._store.transaction() as connection:
            connection.execute(query, (server, model, way, report))
