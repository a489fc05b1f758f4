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
    """
    CREATE TABLE identity (nonce TEXT NOT NULL) STRICT;
    INSERT INTO identity VALUES (lower(hex(randomblob(16))));
    CREATE TABLE batches (
        number INTEGER PRIMARY KEY,
        server TEXT NOT NULL,
        digest TEXT NOT NULL,
        state TEXT NOT NULL,
        requests INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        run TEXT NOT NULL,
        fresh INTEGER NOT NULL,
        batch_id TEXT,
        prepared_s REAL NOT NULL
    ) STRICT;
    CREATE TABLE batch_requests (
        batch INTEGER NOT NULL REFERENCES batches,
        key TEXT NOT NULL,
        place INTEGER NOT NULL,
        video_id TEXT NOT NULL,
        request TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        PRIMARY KEY (batch, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX batch_requests_by_key ON batch_requests (key);
    """,
    """
    CREATE TABLE cool_downs (
        source TEXT PRIMARY KEY,
        strikes INTEGER NOT NULL,
        refused TEXT NOT NULL,
        until TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE spending (
        number INTEGER PRIMARY KEY,
        begun TEXT NOT NULL,
        run TEXT NOT NULL,
        video_id TEXT NOT NULL,
        stage TEXT NOT NULL,
        model TEXT NOT NULL,
        key TEXT NOT NULL,
        state TEXT NOT NULL,
        cost INTEGER,
        prompt_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        expected_prompt INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX spending_by_time ON spending (begun);
    CREATE INDEX spending_by_video ON spending (video_id);
    CREATE INDEX spending_by_run ON spending (run);
    """,
    """
    CREATE TABLE abilities (
        server TEXT NOT NULL,
        model TEXT NOT NULL,
        way TEXT NOT NULL,
        learnt TEXT NOT NULL,
        report TEXT,
        PRIMARY KEY (server, model)
    ) STRICT, WITHOUT ROWID;
    """,
)
