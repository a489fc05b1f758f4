"""yt-dlp itself, talking to a YouTube on the loopback interface."""

import json
import struct
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BlockedError, SettingsError, TransientError
from pipeline.sources import causes, ytdlp
from pipeline.sources.expanding import Expanding
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.gate import Forgetful, Gate, Timing
from pipeline.sources.speech import Heard
from pipeline.sources.wanted import Wanted
from pipeline.sources.ytdlp_captions import fetch_by_ytdlp
from pipeline.store.store import Store
from pipeline.values.sourcing import ListPolicy, SpeechSettings, YouTubeSettings
from pipeline.values.transcript import Cue
from tests.commands import citenote, rows, written
from tests.loopback_world import World, by_path, world
from tests.loopback_youtube import RECORDED_ID, Answer, player, recorded
from tests.recorded_lists import PLAYLIST_ID, VIDEOS, channel_feed, channel_page, playlist_page

Events = list[dict[str, Any]]
CAPTIONS: Events = [
    {"tStartMs": 0, "dDurationMs": 2000, "segs": [{"utf8": "The sea "}, {"utf8": "is deep."}]},
    {"tStartMs": 2000, "dDurationMs": 2000, "segs": [{"utf8": "The moon pulls it."}]},
]
# yt-dlp leaves the answers open that it tells of in its errors
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def json3(events: Events) -> Answer:
    return Answer(json.dumps({"events": events}).encode())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where certificates are, which this process trusts."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "certificates.pem"))
    return tmp_path


@contextmanager
def youtube(folder: Path, **changed: Answer | list[Answer]) -> Iterator[tuple[World, YouTubeSettings]]:
    """A YouTube with these answers, and settings that lead there."""
    usual: dict[str, Answer | list[Answer]] = {
        "/watch": Answer(recorded("youtube.html.static")),
        "player": Answer(recorded("youtube.innertube.json.static")),
        "timedtext": json3(CAPTIONS),
        "/next": Answer(b"{}"),
    }
    with world(
        by_path({part: said if isinstance(said, list) else [said] for part, said in (usual | changed).items()}), folder
    ) as web:
        yield web, YouTubeSettings(proxy=web.proxy, timeout_s=5, min_interval_s=0, attempts=1)


def gate(settings: YouTubeSettings) -> Gate:
    return Gate(settings, Forgetful(), Timing(sleep=lambda _: None))


def test_captions_come_with_title_channel_date_length_and_chapters(folder: Path) -> None:
    with youtube(folder) as (_, settings):
        transcript = fetch_by_ytdlp(RECORDED_ID, settings)
    assert [s.text for s in transcript.segments] == ["The sea is deep.", "The moon pulls it."]
    video = transcript.video
    assert (video.title, video.channel) == ("Surface Go Review - It’s Awesome", "Dave2D")
    assert (str(video.published), video.duration_ms) == ("2018-08-02", 316_000)
    assert [(c.start_ms, c.title) for c in video.chapters][:2] == [(39_000, "Build Quality"), (66_000, "Screen")]
    assert (transcript.language, transcript.trust) == ("en", "manual")


def tracks(*kinds: str) -> Answer:
    made = [
        {
            "baseUrl": f"https://www.youtube.com/api/timedtext?v={RECORDED_ID}&lang=de&kind={kind}",
            "name": {"runs": [{"text": "German"}]},
            "languageCode": "de",
            "vssId": "a.de" if kind == "asr" else ".de",
            "kind": kind,
            "isTranslatable": True,
        }
        for kind in kinds
    ]
    into = [{"languageCode": "en", "languageName": {"runs": [{"text": "English"}]}}]
    return player(captions={"playerCaptionsTracklistRenderer": {"captionTracks": made, "translationLanguages": into}})


@pytest.mark.parametrize(
    ("kinds", "translate", "expected"),
    [
        (("asr",), False, ("de", "automatic")),
        (("asr", ""), False, ("de", "manual")),
        (("asr",), True, ("en", "translated")),
    ],
)
def test_who_made_the_captions_is_recorded(
    folder: Path, kinds: tuple[str, ...], translate: bool, expected: tuple[str, str]
) -> None:
    page = Answer(b"<html></html>")
    with youtube(folder, **{"/watch": page, "player": tracks(*kinds)}) as (_, settings):
        transcript = fetch_by_ytdlp(RECORDED_ID, settings.model_copy(update={"translate": translate}))
    assert (transcript.language, transcript.trust) == expected


def test_yt_dlp_is_asked_where_the_first_way_fails_and_not_after_a_refusal(folder: Path) -> None:
    with youtube(folder, timedtext=Answer(b"")) as (web, settings), Store(folder / "s.db") as store:
        falling_back = settings.model_copy(update={"fallback": "yt-dlp"})
        fetching = Fetching(falling_back, store, fresh=False, sleep=lambda _: None, gate=gate(settings))
        with pytest.raises(TransientError, match="empty captions") as caught:
            fetching(Wanted(youtube_id=RECORDED_ID))
        assert any("yt-dlp" in note for note in caught.value.__notes__)
        assert len(web.paths("/watch")) == 2
    page = Answer(b"<!doctype html><html></html>")
    with youtube(folder, timedtext=[page, json3(CAPTIONS)]) as (web, settings), Store(folder / "t.db") as store:
        falling_back = settings.model_copy(update={"fallback": "yt-dlp"})
        fetching = Fetching(falling_back, store, fresh=False, sleep=lambda _: None, gate=gate(settings))
        assert fetching(Wanted(youtube_id=RECORDED_ID)).segments[0].text == "The sea is deep."
    with youtube(folder, **{"/watch": Answer(b"", 429)}) as (web, settings), Store(folder / "u.db") as store:
        falling_back = settings.model_copy(update={"fallback": "yt-dlp"})
        fetching = Fetching(falling_back, store, fresh=False, sleep=lambda _: None, gate=gate(settings))
        with pytest.raises(BlockedError):
            fetching(Wanted(youtube_id=RECORDED_ID))
        assert len(web.seen) == 1


def test_a_channel_is_listed_with_what_its_page_says(folder: Path) -> None:
    with youtube(folder, **{"/@tides": Answer(channel_page())}) as (_, settings):
        found = Expanding(settings, ListPolicy(), gate(settings))("@tides")
    assert [w.youtube_id for w in found] == [v[0] for v in VIDEOS]
    first, second, third = (w.known for w in found)
    assert (first.title, first.channel, first.duration_ms, first.views) == (
        "Lecture one: tides",
        "Tides and Moons",
        750_000,
        1200,
    )
    assert first.published is None  # YouTube says only `2 days ago`
    assert first.not_later is not None
    assert second.not_later is not None
    assert third.not_later is not None
    assert first.not_later > second.not_later > third.not_later


def test_a_playlist_is_listed_and_its_length_limited_where_no_filter_needs_more(folder: Path) -> None:
    answers = {"/playlist": Answer(playlist_page()), "/browse": Answer(b"{}")}
    with youtube(folder, **answers) as (_, settings):
        whole = Expanding(settings, ListPolicy(limit=2, sort="views"), gate(settings))(PLAYLIST_ID)
        begin = Expanding(settings, ListPolicy(limit=2), gate(settings))(
            f"https://youtube.com/playlist?list={PLAYLIST_ID}"
        )
    assert [w.youtube_id for w in whole] == [v[0] for v in VIDEOS]
    assert [w.youtube_id for w in begin] == [v[0] for v in VIDEOS[:2]]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(b"", 429), BlockedError),
        (Answer(b"", 403), BlockedError),
        (Answer(b"", 404), causes.VideoUnavailable),
        (Answer(b"", 500), TransientError),
        (Answer(b"<html></html>", drop=True), TransientError),
    ],
)
def test_what_goes_wrong_with_a_list_has_its_error(folder: Path, answer: Answer, expected: type[Exception]) -> None:
    with youtube(folder, **{"/": answer}) as (_, settings), pytest.raises(expected) as caught:
        ytdlp.entries_of("https://www.youtube.com/@tides/videos", settings, most=None)
    assert getattr(caught.value, "remedy", "")


def test_a_channel_without_videos_is_told(folder: Path) -> None:
    page = channel_page().replace(b"richItemRenderer", b"somethingElse")
    with youtube(folder, **{"/@tides": Answer(page)}) as (_, settings), pytest.raises(causes.ListUnreadable):
        Expanding(settings, ListPolicy(), gate(settings))("@tides")


def test_a_feed_of_youtube_that_is_out_is_replaced_by_the_page(folder: Path) -> None:
    address = "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"
    with youtube(folder, **{"/feeds/": Answer(channel_feed())}) as (web, settings):
        found = Expanding(settings, ListPolicy(), gate(settings))(address)
        assert [w.known.views for w in found] == [1200, 90000, 800]
        assert [str(w.known.published) for w in found] == ["2026-11-20", "2026-08-20", "2024-11-20"]
        assert len(web.seen) == 1
    with youtube(folder, **{"/feeds/": Answer(b"", 500), "/channel/": Answer(channel_page())}) as (_, settings):
        found = Expanding(settings, ListPolicy(), gate(settings))(address)
        assert [w.youtube_id for w in found] == [v[0] for v in VIDEOS]


def test_without_the_extra_its_absence_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "yt_dlp", None)
    settings = YouTubeSettings()
    with pytest.raises(causes.ListUnreadable, match=r"pip install 'citenote\[youtube\]'"):
        Expanding(settings, ListPolicy(), gate(settings))("@tides")
    with pytest.raises(SettingsError, match="yt-dlp is needed"):
        fetch_by_ytdlp(RECORDED_ID, settings)
    with Store(tmp_path / "s.db") as store, pytest.raises(SettingsError, match="fallback"):
        Fetching(YouTubeSettings(fallback="yt-dlp"), store, fresh=False, sleep=lambda _: None)


def test_importing_it_is_left_to_its_first_use() -> None:
    import subprocess  # noqa: PLC0415 - for this test alone

    code = "import sys, pipeline.gathering; sys.exit(bool({'yt_dlp', 'requests', 'feedparser'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def tone(path: Path) -> bytes:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"".join(struct.pack("<h", n % 200) for n in range(8000)))
    return path.read_bytes()


def test_the_audio_of_a_video_without_captions_is_downloaded_and_heard(folder: Path) -> None:
    sound = tone(folder / "tone.wav")
    silent = player(captions={}, streamingData=_audio("https://www.youtube.com/sound?id=1"))
    heard: list[bytes] = []

    def transcribe(path: Path, settings: SpeechSettings) -> Heard:
        del settings
        heard.append(path.read_bytes())
        return Heard((Cue(start_ms=0, end_ms=900, text="The sea is deep."),), "en")

    no_captions = Answer(recorded("youtube_transcripts_disabled.innertube.json.static"))
    answers: dict[str, Answer | list[Answer]] = {"player": [no_captions, silent], "/sound": Answer(sound)}
    with youtube(folder, **answers) as (_, settings), Store(folder / "s.db") as store:
        ways = Ways(transcribe=transcribe, speech=SpeechSettings(captionless=True))
        fetching = Fetching(settings, store, fresh=False, sleep=lambda _: None, gate=gate(settings), ways=ways)
        transcript = fetching(Wanted(youtube_id=RECORDED_ID))
        assert fetching(Wanted(youtube_id=RECORDED_ID)) == transcript  # heard once
        deaf = Fetching(settings, store, fresh=False, sleep=lambda _: None, gate=gate(settings))
        with pytest.raises(causes.NoCaptions):
            deaf(Wanted(youtube_id=RECORDED_ID))
    assert heard == [sound]
    assert (transcript.trust, transcript.language, transcript.video.channel) == ("automatic", "en", "Dave2D")
    assert transcript.segments[0].text == "The sea is deep."


def _audio(address: str) -> dict[str, object]:
    audio = {"itag": 140, "url": address, "mimeType": 'audio/mp4; codecs="mp4a.40.2"', "bitrate": 64000}
    return {
        "adaptiveFormats": [{**audio, "averageBitrate": 64000, "contentLength": "16044", "approxDurationMs": "1000"}]
    }


def test_the_listing_that_the_page_shows_is_what_the_command_tells(tmp_path: Path) -> None:
    shown = (Path(__file__).parent.parent / "docs" / "lists.md").read_text(encoding="utf-8")
    with youtube(tmp_path, **{"/@tides": Answer(channel_page())}) as (web, _):
        written(tmp_path, json.dumps({"youtube": {"proxy": web.proxy}}))
        done = citenote("list", "@tides", "--min-minutes", 10, folder=tmp_path, **web.variables())
        assert done.returncode == 0
        assert f"```text\n{done.stdout}```" in shown
        assert done.stderr == "2 taken, 1 left out\n"


def test_a_run_over_a_channel_takes_the_most_viewed_first_and_stops_at_a_refusal(tmp_path: Path) -> None:
    answers = {"/@tides": Answer(channel_page()), "/watch": Answer(b"", 429)}
    with youtube(tmp_path, **answers) as (web, _):
        written(tmp_path, json.dumps({"youtube": {"proxy": web.proxy, "min_interval_s": 0}, "workers": 1}))
        done = citenote("run", "@tides", "--sort", "views", "--limit", 2, "--json", folder=tmp_path, **web.variables())
        assert done.returncode == 1
        assert [(row["video"], row["error"]["kind"]) for row in rows(done)] == [
            ("bbbbbbbbbbA", "blocked"),
            ("aaaaaaaaaaA", "blocked"),
        ]
        asked = len(web.seen)
        again = citenote("list", "@tides", "--json", folder=tmp_path, **web.variables())
        assert [row["state"] for row in rows(again)] == ["bad"]
        assert "YouTube refused this network at" in rows(again)[0]["why"]
        assert len(web.seen) == asked
