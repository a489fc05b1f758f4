"""The store, on real files."""

import sqlite3
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.store.schema import APPLICATION_ID, MIGRATIONS
from pipeline.store.store import Store, prompt_digest
from pipeline.values.exchange import Message, Reply, Request, Usage
from tests.building import transcript

REPLY = Reply(
    text='{"claims":[]} ünï', finish="stop", model="m-1", usage=Usage(calls=1, prompt=9, cached=2, completion=3)
)


def request(text: str, system: str = "be good") -> Request:
    messages = (Message(role="system", content=system), Message(role="user", content=text))
    return Request(model="m", base_url=None, messages=messages, schema_name="s", schema_text="{}", max_tokens=1)


def test_a_reply_comes_back_whole_after_reopening(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "store.db"
    with Store(path) as store:
        assert store.reply(request("a").key) is None
        store.keep_reply(request("a"), REPLY)
    with Store(path) as store:
        assert store.reply(request("a").key) == REPLY
        assert store.reply(request("b").key) is None


def test_the_first_reply_stays_unless_replaced(tmp_path: Path) -> None:
    other = REPLY.model_copy(update={"text": "other"})
    with Store(tmp_path / "s.db") as store:
        store.keep_reply(request("a"), REPLY)
        store.keep_reply(request("a"), other)
        assert store.reply(request("a").key) == REPLY
        store.keep_reply(request("a"), other, replace=True)
        assert store.reply(request("a").key) == other


def test_a_reply_is_kept_with_what_people_ask_about_it(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path, now=lambda: datetime(2030, 1, 2, tzinfo=UTC)) as store:
        store.keep_reply(request("a"), REPLY)
    connection = sqlite3.connect(path)
    row = connection.execute(
        "SELECT model, prompt_digest, created, prompt_tokens, cached_tokens, completion_tokens FROM replies"
    ).fetchone()
    connection.close()
    assert row == ("m", prompt_digest(request("b")), "2030-01-02T00:00:00.000000+00:00", 9, 2, 3)
    assert prompt_digest(request("a", system="be bad")) != prompt_digest(request("a"))


def test_the_last_transcript_of_a_video(tmp_path: Path) -> None:
    times = iter(datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=i) for i in range(9))
    old, new = transcript("old words"), transcript("new words")
    with Store(tmp_path / "s.db", now=lambda: next(times)) as store:
        assert store.transcript("abcdefghijk") is None
        store.keep_transcript(old, key="yt abcdefghijk en")
        store.keep_transcript(new)
        assert store.transcript("abcdefghijk") == new
        assert store.transcript_under("yt abcdefghijk en") == old
        assert store.transcript_under("yt abcdefghijk de") is None
        store.keep_transcript(old)
        assert store.transcript("abcdefghijk") == old


def test_threads_share_a_store(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def work(thread: int) -> None:
        start.wait(5)
        for i in range(15):
            store.keep_reply(request(f"{(thread + i) % 20}"), REPLY)
            assert store.reply(request(f"{(thread + i) % 20}").key) == REPLY

    with Store(tmp_path / "s.db") as store, ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


def test_processes_share_a_store_even_when_both_make_it(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from pipeline.store.store import Store
        from tests.test_store_store import REPLY, request
        with Store(Path(sys.argv[1])) as store:
            for i in range(20):
                store.keep_reply(request(f"{sys.argv[2]} {i}"), REPLY)
    """)
    root = Path(__file__).parents[1]
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "s.db"), name], cwd=root) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    with Store(tmp_path / "s.db") as store:
        assert all(store.reply(request(f"{name} {i}").key) == REPLY for name in ("a", "b") for i in range(20))


def test_what_was_stored_survives_a_kill(tmp_path: Path) -> None:
    code = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from pipeline.store.store import Store
        from tests.test_store_store import REPLY, request
        store = Store(Path(sys.argv[1]))
        store.keep_reply(request("a"), REPLY)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    root = Path(__file__).parents[1]
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path / "s.db")], cwd=root, check=False)
    assert killed.returncode == -9
    with Store(tmp_path / "s.db") as store:
        assert store.reply(request("a").key) == REPLY


def _database(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.write_text("# my notes\n" * 500)
    with pytest.raises(SettingsError, match=r"s\.db is damaged or is no store") as caught:
        Store(path)
    assert "Move it away" in str(caught.value)
    assert path.read_text().startswith("# my notes")


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path) as store:
        for i in range(200):
            store.keep_reply(request(f"{i}"), REPLY)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x55" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(SettingsError, match="damaged"), Store(path) as store:
        store.reply(request("1").key)


def test_a_damaged_row(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path) as store:
        store.keep_reply(request("a"), REPLY)
    _database(path, """UPDATE replies SET reply = '{"text": 1}'""")
    with Store(path) as store, pytest.raises(SettingsError, match="k1:"):
        store.reply(request("a").key)


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path):
        pass
    _database(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(SettingsError, match="newer citenote"):
        Store(path)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    _database(path, "CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(SettingsError, match="another program"):
        Store(path)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    path.touch()
    with Store(path) as store:
        store.keep_reply(request("a"), REPLY)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "s.db"):
        with pytest.raises(SettingsError, match="store"):
            Store(path)
