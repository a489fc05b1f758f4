"""Lists: files of them, feeds over real HTTP on the loopback interface, and the filters."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import SettingsError, SourceError, TransientError
from pipeline.sources import causes
from pipeline.sources.expanding import Expanding
from pipeline.sources.feeds import read_feed
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.filters import choose, refusal
from pipeline.sources.gate import Forgetful, Gate, Timing
from pipeline.sources.listings import listed
from pipeline.sources.remote import Limits, fetch_bytes
from pipeline.sources.speech import Heard
from pipeline.sources.wanted import Known, Wanted
from pipeline.store.store import Store
from pipeline.values.sourcing import ListPolicy, SpeechSettings, YouTubeSettings
from pipeline.values.transcript import Cue
from tests.commands import citenote, pages, rows, written
from tests.loopback_world import World, by_path, world
from tests.loopback_youtube import Answer
from tests.recorded_lists import podcast_feed

ID = "dQw4w9WgXcQ"
VTT = (
    b"WEBVTT\n\n00:00.000 --> 00:09.000\nThe tide follows the moon.\n\n00:09.000 --> 00:20.000\nIt comes twice a day.\n"
)
SRT = VTT.replace(b"WEBVTT\n\n", b"").replace(b"00:", b"00:00:").replace(b".000", b",000")


# --- list files


def entries(tmp_path: Path, text: str | bytes, name: str = "list.txt") -> list[tuple[str | None, str | None]]:
    """What a list names: the place, or the fault without its remedy."""
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    found = listed([], path)
    return [
        (w.place if not w.problem else None, w.problem.message.replace(str(tmp_path), "") if w.problem else w.title)
        for w in found
    ]


def test_lines_comments_and_bad_lines(tmp_path: Path) -> None:
    text = f"# mine\n\nhttps://youtu.be/{ID}#t=3  # a talk\nnope.srt\n{ID}\nhttps://youtu.be/short\n\x00\n"
    assert entries(tmp_path, text) == [
        (ID, None),
        (None, "/list.txt:4: nope.srt: there is no such file, and it is not a YouTube address or id"),
        (None, "/list.txt:6: https://youtu.be/short: the id short has 5 characters instead of 11"),
        (None, "/list.txt:7: \x00: there is no such file, and it is not a YouTube address or id"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_with_columns(tmp_path: Path, delimiter: str) -> None:
    table = [
        ("# exported",),
        ("Title", "Video ID", "channel"),
        ("A talk", ID, "Ann"),
        ("", "", ""),
        ('"Two\nlines"', "https://youtu.be/aaaaaaaaaaA", ""),
        ("No id", "", "Bob"),
        ("Bad", "what", ""),
    ]
    text = "\n".join(delimiter.join(row) for row in table)
    found = entries(tmp_path, text, "list.csv")
    assert found == [
        (ID, "A talk"),
        ("aaaaaaaaaaA", "Two\nlines"),
        (None, f"/list.csv:7: {delimiter.join(['No id', '', 'Bob'])}: no video_id in this line"),
        (None, "/list.csv:8: what: there is no such file, and it is not a YouTube address or id"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_lists_of_spreadsheets_are_read_in_their_encodings(tmp_path: Path, encoding: str) -> None:
    assert entries(tmp_path, f"id,title\n{ID},Gezeiten über alles\n".encode(encoding)) == [(ID, "Gezeiten über alles")]


def test_a_list_that_is_not_there_stops_before_anything(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        listed([], tmp_path / "none.txt")


def test_a_list_that_cannot_be_reached_is_a_row_and_the_others_run(tmp_path: Path) -> None:
    def expand(address: str) -> tuple[Wanted, ...]:
        raise TransientError(f"{address}: cannot be reached", remedy="Check the network.")

    (tmp_path / "list.txt").write_text(f"https://example.org/feed.xml\n{ID}\n")
    bad, good = listed([], tmp_path / "list.txt", expand)
    assert bad.problem is not None
    assert (bad.problem.kind, bad.problem.remedy, good.place) == ("transient", "Check the network.", ID)


# --- filters


def wanted(title: str = "A talk", **known: Any) -> Wanted:
    return Wanted(youtube_id=title[:11].ljust(11, "_"), listed=True, known=Known(title=title, **known))


TALKS = (
    wanted("Tides lecture", duration_ms=3_600_000, published=date(2024, 5, 1), views=10, language="en-GB"),
    wanted("Hello short", duration_ms=30_000, published=date(2025, 5, 1), views=5_000, language="en"),
    wanted("Mond-Vortrag", duration_ms=1_800_000, published=date(2023, 5, 1), views=700, language="de"),
    wanted("Unknown"),
)


@pytest.mark.parametrize(
    ("policy", "taken"),
    [
        (ListPolicy(), [0, 1, 2, 3]),
        (ListPolicy(min_minutes=1), [0, 2, 3]),
        (ListPolicy(max_minutes=30), [1, 2, 3]),
        (ListPolicy(after=date(2024, 5, 1)), [0, 1, 3]),
        (ListPolicy(before=date(2024, 5, 1)), [0, 2, 3]),
        (ListPolicy(match="lecture|VORTRAG"), [0, 2]),
        (ListPolicy(languages=("en",)), [0, 1, 3]),
        (ListPolicy(sort="date"), [1, 0, 2, 3]),
        (ListPolicy(sort="views"), [1, 2, 0, 3]),
        (ListPolicy(sort="views", limit=2), [1, 2]),
        (ListPolicy(limit=1, min_minutes=40), [0]),
        (ListPolicy(skip_done=True), [0, 2, 3]),
    ],
)
def test_the_filters(policy: ListPolicy, taken: list[int]) -> None:
    chosen = choose(TALKS, policy, lambda w: w == TALKS[1])
    assert [TALKS.index(w) for w in chosen.taken] == taken
    assert len(chosen.left_out) == len(TALKS) - len(taken)
    assert all(reason for _, reason in chosen.left_out)


def test_what_was_named_is_not_filtered() -> None:
    named = Wanted(youtube_id=ID, known=Known(title="Short", duration_ms=1_000))
    assert choose([named], ListPolicy(min_minutes=5, match="x", limit=1), lambda _: True).taken == (named,)


def test_a_date_that_youtube_only_hints_at_is_used_where_it_is_sure() -> None:
    known = Known(not_later=date(2024, 5, 1))
    assert refusal(known, ListPolicy(after=date(2024, 6, 1))) == "published by 2024-05-01, before 2024-06-01"
    assert refusal(known, ListPolicy(after=date(2024, 4, 1))) is None
    assert refusal(known, ListPolicy(before=date(2024, 4, 1))) is None


@pytest.mark.parametrize("pattern", ["(", "^(a|aa)+$"])
def test_a_pattern_that_is_none_or_never_ends_is_told(pattern: str) -> None:
    with pytest.raises(SettingsError, match=r"lists\.match"):
        refusal(Known(title="a" * 60 + "!"), ListPolicy(match=pattern))


# --- feeds


@contextmanager
def podcast(tmp_path: Path, **changed: Answer) -> Iterator[tuple[World, str]]:
    """A web with a podcast in it, served on 127.0.0.1 without a proxy."""
    usual = {"1.vtt": Answer(VTT), "1.html": Answer(b"<html>no</html>"), "2.srt": Answer(SRT), "3.wav": Answer(b"RIFF")}
    answers = {part: [said] for part, said in (usual | changed).items()}
    with world(by_path(answers), tmp_path) as web:
        answers.setdefault("feed.xml", [Answer(podcast_feed(web.proxy))])
        yield web, f"{web.proxy}/feed.xml"


def expanding(policy: ListPolicy | None = None) -> Expanding:
    settings = YouTubeSettings(timeout_s=5, attempts=1)
    return Expanding(settings, policy or ListPolicy(), Gate(settings, Forgetful(), Timing()))


def fetching(store: Store, ways: Ways | None = None) -> Fetching:
    return Fetching(YouTubeSettings(timeout_s=5, attempts=1), store, fresh=False, sleep=lambda _: None, ways=ways)


def test_a_podcast_is_listed_with_its_transcripts_best_first(tmp_path: Path) -> None:
    with podcast(tmp_path) as (web, feed):
        tides, moons, silence = expanding()(feed)
    assert tides.episode is not None
    assert moons.episode is not None
    assert silence.episode is not None
    assert [a.rpartition("/")[2] for a in tides.episode.transcripts] == ["1.vtt", "1.json", "1.html"]
    assert moons.episode.transcripts == (f"{web.proxy}/2.srt",)  # a relative link
    assert tides.known == Known(
        title="Tides", channel="The Sea & Us", published=date(2024, 1, 2), duration_ms=30_000, language="en"
    )
    assert (moons.known.duration_ms, moons.known.language) == (3_723_000, "en-GB")
    assert (tides.episode.page, moons.episode.page) == ("https://example.org/tides", None)
    assert (silence.episode.transcripts, silence.episode.audio) == ((), f"{web.proxy}/3.wav")


def test_episodes_are_fetched_once_with_what_the_feed_says_of_them(tmp_path: Path) -> None:
    with podcast(tmp_path) as (web, feed), Store(tmp_path / "s.db") as store:
        tides, moons, silence = expanding()(feed)
        fetch = fetching(store)
        transcript = fetch(tides)
        assert [s.text for s in transcript.segments] == ["The tide follows the moon.", "It comes twice a day."]
        assert (transcript.video.title, transcript.video.url) == ("Tides", "https://example.org/tides")
        assert fetch(moons).segments[1].start_ms == 9_000
        assert fetch(tides) == transcript
        assert len(web.paths("1.vtt")) == 1
        with pytest.raises(causes.NoCaptions, match="the feed names no transcript"):
            fetch(silence)


def test_the_next_transcript_is_tried_where_one_cannot_be_read(tmp_path: Path) -> None:
    items = json.dumps({"segments": [{"startTime": 0, "endTime": 5, "body": "The tide."}]}).encode()
    answers = {"1.vtt": Answer(b"words without times"), "1.json": Answer(items)}
    with podcast(tmp_path, **answers) as (_, feed), Store(tmp_path / "s.db") as store:
        assert fetching(store)(expanding()(feed)[0]).segments[0].text == "The tide."
    answers = {"1.vtt": Answer(b"words without times, on and on"), "1.json": Answer(b"", 404)}
    with podcast(tmp_path, **answers) as (_, feed), Store(tmp_path / "t.db") as store:
        episode, fetch = expanding()(feed)[0], fetching(store)
        with pytest.raises(causes.NoTimes, match=r"1\.vtt"):
            fetch(episode)


def test_an_episode_without_transcript_is_heard_if_that_is_wanted(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def transcribe(path: Path, settings: SpeechSettings) -> Heard:
        heard.append(path.read_bytes())
        return Heard((Cue(start_ms=0, end_ms=900, text=f"Heard by {settings.model}."),), "en")

    with podcast(tmp_path) as (_, feed), Store(tmp_path / "s.db") as store:
        fetch = fetching(store, Ways(transcribe=transcribe, speech=SpeechSettings(captionless=True, model="tiny")))
        transcript = fetch(expanding()(feed)[2])
        assert fetch(expanding()(feed)[2]) == transcript
    assert (transcript.segments[0].text, transcript.trust, heard) == ("Heard by tiny.", "automatic", [b"RIFF"])
    assert transcript.video.title == "Silence"


def test_what_a_feed_links_to_on_this_machine_is_fetched_only_for_a_feed_of_this_machine(tmp_path: Path) -> None:
    with podcast(tmp_path) as (web, feed), Store(tmp_path / "s.db") as store:
        here = expanding()(feed)[0]
        far = read_feed(podcast_feed(web.proxy), "https://podcasts.example.org/feed.xml", private=False)[0]
        assert fetching(store)(here)
        with pytest.raises(SourceError, match="leads to this machine or its network"):
            fetching(store)(far)
        assert len(web.paths("1.vtt")) == 1  # not even asked
        assert far.episode is not None
        assert here.episode is not None
        assert not far.episode.private


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(b"", 404), SourceError),
        (Answer(b"", 403), SourceError),
        (Answer(b"", 500), TransientError),
        (Answer(b"", 429, {"Retry-After": "7"}), TransientError),
        (Answer(b"x" * 2_000_000), causes.TooLarge),
        (Answer(b"xxxx", drop=True), TransientError),
        (Answer(b"", 302, {"Location": "file:///etc/passwd"}), causes.BadAnswer),
        (Answer(b"", 302, {"Location": "/feed.xml"}), causes.BadAnswer),
        (Answer(b"<html>no feed</html>"), causes.ListUnreadable),
        (Answer(b"<rss version='2.0'><channel><title>x</title></channel></rss>"), causes.ListUnreadable),
        (Answer(b"", hang_s=30), TransientError),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else value.__name__,
)
def test_what_goes_wrong_with_a_feed(tmp_path: Path, answer: Answer, expected: type[Exception]) -> None:
    with podcast(tmp_path, **{"feed.xml": answer}) as (_, feed):
        settings = YouTubeSettings(timeout_s=0.5, attempts=1)
        expand = Expanding(settings, ListPolicy(most_mb=1), Gate(settings, Forgetful(), Timing()))
        with pytest.raises(expected) as caught:
            expand(feed)
    assert getattr(caught.value, "remedy", "")


def test_a_redirect_to_this_machine_is_not_followed_from_elsewhere(tmp_path: Path) -> None:
    with podcast(tmp_path) as (web, feed):
        with pytest.raises(SourceError, match="leads to this machine"):
            fetch_bytes(feed, Limits(5, 1_000_000, private=False))
        with pytest.raises(SourceError, match="leads to this machine"):
            fetch_bytes(feed.replace("127.0.0.1", "localhost"), Limits(5, 1_000_000, private=False))
        assert web.seen == []


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01", b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss>&b;</rss>", b"{}", b"<rss" * 999]
)
def test_what_is_no_feed_is_told(body: bytes) -> None:
    with pytest.raises(causes.ListUnreadable):
        read_feed(body, "https://example.org/", private=False)


def test_a_feed_whose_whole_text_is_a_path_or_an_address_opens_neither(tmp_path: Path) -> None:
    with podcast(tmp_path) as (web, feed):
        (tmp_path / "secret.xml").write_bytes(podcast_feed("https://example.org"))
        for body in (str(tmp_path / "secret.xml"), feed):
            with pytest.raises(causes.ListUnreadable):
                read_feed(body.encode(), "https://example.org/", private=False)
        assert web.seen == []


# --- the commands


def test_a_run_takes_what_the_filters_leave_and_tells_of_bad_lines(tmp_path: Path) -> None:
    with podcast(tmp_path) as (_, feed):
        written(tmp_path, f"{feed}\nnope.srt\n", "list.txt")
        listing = citenote("list", "--list", "list.txt", "--match", "tide|silence", "--json", folder=tmp_path)
        assert listing.returncode == 1
        assert [r["title"] for r in rows(listing)] == ["Tides", "Silence", None, "Moons"]
        assert [r["state"] for r in rows(listing)] == ["taken", "taken", "bad", "left out"]
        assert not (tmp_path / ".citenote").exists()
        done = citenote("run", "--list", "list.txt", "--match", "tide|silence", "--json", folder=tmp_path)
    assert done.returncode == 1
    told = [(r["state"], (r["error"] or {}).get("kind")) for r in rows(done)]
    assert told == [("done", None), ("failed", "no_captions"), ("failed", "bad_line")]
    assert "list.txt:2: nope.srt" in rows(done)[2]["error"]["message"]
    text = "\n".join(pages(tmp_path / "outputs").values())
    assert "tide follows the moon" in text
    assert "https://example.org/tides" in text


def test_what_is_only_known_after_fetching_is_left_out_then_and_done_videos_are_skipped(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.vtt").write_bytes(VTT)
    short = citenote("run", ".", "--min-minutes", "5", "--json", folder=tmp_path)
    assert short.returncode == 0
    assert [r["state"] for r in rows(short)] == ["skipped", "skipped"]
    assert "0.3 minutes long, shorter than 5" in rows(short)[0]["error"]["message"]
    assert citenote("run", "a.vtt", folder=tmp_path).returncode == 0
    left = citenote("list", ".", "--skip-done", "--json", folder=tmp_path)
    assert [(r["video"], r["state"]) for r in rows(left)] == [("b.vtt", "taken"), ("a.vtt", "left out")]


def test_a_feed_that_fails_in_passing_is_asked_for_again(tmp_path: Path) -> None:
    waits: list[float] = []
    with podcast(tmp_path) as (web, feed):
        answers = by_path({"feed.xml": [Answer(b"", 503, {"Retry-After": "7"}), Answer(podcast_feed(web.proxy))]})
        with world(answers, tmp_path) as busy:
            settings = YouTubeSettings(timeout_s=5)
            expand = Expanding(settings, ListPolicy(), Gate(settings, Forgetful(), Timing()), sleep=waits.append)
            assert len(expand(feed.replace(web.proxy, busy.proxy))) == 3
    assert waits == [7]
