"""The tables, as migrations: each is applied once, in order, and none is ever edited."""

from typing import Final

APPLICATION_ID: Final = 0x63697465
"""Marks the file as ours: "cite"."""

MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE replies (
        key TEXT PRIMARY KEY,
        request TEXT NOT NULL,
        reply TEXT NOT NULL,
        model TEXT NOT NULL,
        prompt_digest TEXT NOT NULL,
        created TEXT NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE transcripts (
        number INTEGER PRIMARY KEY,
        video_id TEXT NOT NULL,
        key TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL,
        fetched TEXT NOT NULL
    ) STRICT;
    CREATE INDEX transcripts_by_video ON transcripts (video_id, fetched);
    """,
)
