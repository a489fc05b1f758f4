import json
import subprocess
import sys
import threading
from typing import Any

import pytest
import youtube_transcript_api
from hypothesis import given
from hypothesis import strategies as st
from requests import Session

from pipeline.errors import BlockedError, CitenoteError, SettingsError, TransientError
from pipeline.sources import causes
from pipeline.sources.addresses import NO_VIDEO, list_page, video_id, why_no_video
from pipeline.sources.youtube import fetch
from pipeline.sources.youtube_outcomes import Heard, our_error
from pipeline.values.sourcing import YouTubeSettings
from tests.loopback_youtube import CAPTIONS, RECORDED_ID, Answer, Script, player, recorded, script, youtube

SETTINGS = YouTubeSettings(timeout_s=5)


def fetched(said: Script, settings: YouTubeSettings = SETTINGS) -> Any:
    with youtube(said, settings) as session:
        return fetch(RECORDED_ID, settings, session)


def test_the_recorded_video_comes_with_words_times_title_and_channel_in_three_requests() -> None:
    said = script()
    transcript = fetched(said)
    assert transcript.video.title == "Surface Go Review - It’s Awesome"
    assert transcript.video.channel == "Dave2D"
    assert transcript.video.duration_ms == 316_000
    assert transcript.video.url == f"https://www.youtube.com/watch?v={RECORDED_ID}"
    assert transcript.segments[0].text == "Hey, this is just a test"
    assert [(s.start_ms, s.end_ms) for s in transcript.segments[:2]] == [(0, 1540), (1540, 5700)]
    assert (transcript.language, transcript.trust) == ("en", "manual")
    assert [path.split("?")[0] for path in said.seen] == ["/watch", "/youtubei/v1/player", "/api/timedtext"]


def refused(name: str) -> Answer:
    return Answer(recorded(name))


FAILURES = {
    "429 on the page": (script(watch=Answer(b"", 429, {"Retry-After": "17"})), BlockedError),
    "captcha page": (script(watch=refused("youtube_too_many_requests.html.static")), BlockedError),
    "429 on the captions": (script(timedtext=Answer(b"", 429)), BlockedError),
    "captcha instead of captions": (script(timedtext=refused("youtube_too_many_requests.html.static")), BlockedError),
    "403 on the captions": (script(timedtext=Answer(b"", 403)), BlockedError),
    "bot check": (script(player=refused("youtube_request_blocked.innertube.json.static")), BlockedError),
    "500": (script(player=Answer(b"", 500)), TransientError),
    "503 on the captions": (script(timedtext=Answer(b"", 503)), TransientError),
    "404": (script(watch=Answer(b"", 404)), causes.VideoUnavailable),
    "400": (script(player=Answer(b"", 400)), causes.BadAnswer),
    "page without a key": (script(watch=Answer(b"<html>hello</html>")), causes.BadAnswer),
    "broken consent form": (script(watch=refused("youtube_consent_page_invalid.html.static")), causes.BadAnswer),
    "consent that never ends": (script(watch=refused("youtube_consent_page.html.static")), causes.BadAnswer),
    "age gate": (script(player=refused("youtube_age_restricted.innertube.json.static")), causes.AgeRestricted),
    "unavailable": (script(player=refused("youtube_video_unavailable.innertube.json.static")), causes.VideoUnavailable),
    "unplayable": (script(player=refused("youtube_unplayable.innertube.json.static")), causes.VideoUnavailable),
    "no tracks": (script(player=refused("youtube_transcripts_disabled.innertube.json.static")), causes.NoCaptions),
    "no captions": (script(player=refused("youtube_transcripts_disabled2.innertube.json.static")), causes.NoCaptions),
    "token": (script(player=refused("youtube_po_token_required.innertube.json.static")), causes.TokenRequired),
    "player sends no JSON": (script(player=Answer(b"<html>")), TransientError),
    "player sends a list": (script(player=Answer(b"[]")), causes.BadAnswer),
    "player without a status": (script(player=player(playabilityStatus=None)), causes.BadAnswer),
    "player with tracks of another shape": (
        script(player=player(captions={"playerCaptionsTracklistRenderer": {"captionTracks": [{"kind": "asr"}]}})),
        causes.BadAnswer,
    ),
    "empty body": (script(timedtext=Answer(b"")), TransientError),
    "HTML instead of captions": (
        script(timedtext=Answer(b"<!doctype html><html><body>no</body></html>")),
        causes.BadAnswer,
    ),
    "entity bomb": (
        script(timedtext=Answer(b'<!DOCTYPE t [<!ENTITY a "b">]><transcript><text start="0">&a;</text></transcript>')),
        causes.BadAnswer,
    ),
    "captions without a cue": (script(timedtext=Answer(b"<transcript></transcript>")), causes.BadAnswer),
    "captions of music": (
        script(timedtext=Answer(b'<transcript><text start="0" dur="9">[Music]</text></transcript>')),
        causes.NoSpeech,
    ),
    "connection dropped": (script(timedtext=Answer(CAPTIONS, drop=True)), TransientError),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_outcome_has_its_error_and_a_remedy(name: str) -> None:
    said, expected = FAILURES[name]
    with pytest.raises(CitenoteError) as caught:
        fetched(said)
    assert type(caught.value) is expected
    assert caught.value.remedy


def test_the_wait_that_the_server_names_is_handed_on() -> None:
    with pytest.raises(BlockedError) as blocked:
        fetched(script(watch=Answer(b"", 429, {"Retry-After": "17"})))
    assert blocked.value.wait_s == 17
    with pytest.raises(TransientError) as late:
        fetched(script(watch=Answer(b"", 503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})))
    assert late.value.wait_s == 0


def test_a_server_that_hangs_is_given_up_after_the_timeout() -> None:
    with pytest.raises(TransientError, match="in time"):
        fetched(script(player=Answer(b"", hang_s=10)), YouTubeSettings(timeout_s=0.2))


def test_nobody_at_the_port_is_transient() -> None:
    with youtube(script()) as session:
        pass
    with pytest.raises(TransientError, match="cannot be reached"):
        fetch(RECORDED_ID, SETTINGS, session)


def test_a_proxy_that_is_no_address_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"youtube\.proxy"):
        fetch(RECORDED_ID, YouTubeSettings(timeout_s=1, proxy="nonsense://x"))


def test_consent_is_given_once() -> None:
    pages = [refused("youtube_consent_page.html.static"), refused("youtube.html.static")]
    assert fetched(script(watch=pages)).segments


@pytest.mark.parametrize(
    "body",
    [
        b'<timedtext format="3"><body><p t="320" d="2000"><s>Hello </s><s>vector&lt;int&gt;</s></p></body></timedtext>',
        b'<timedtext format="3">\n<body>\n<p t="320" d="2000">Hello vector&lt;int&gt;</p>\n</body>\n</timedtext>',
        b'<transcript><text start="0.32" dur="2">Hello vector&amp;lt;int&amp;gt;</text></transcript>',
    ],
)
def test_captions_that_the_client_cannot_read_are_read(body: bytes) -> None:
    (segment,) = fetched(script(timedtext=Answer(body))).segments
    assert (segment.start_ms, segment.end_ms, segment.text) == (320, 2320, "Hello vector<int>")


def tracks(*languages: str) -> Answer:
    """A player answer with these tracks; `a.de` is automatic German."""
    made: list[dict[str, Any]] = [
        {
            "baseUrl": f"https://www.youtube.com/api/timedtext?lang={name}",
            "name": {"runs": [{"text": name}]},
            "languageCode": name.removeprefix("a."),
            "kind": "asr" if name.startswith("a.") else "",
        }
        for name in languages
    ]
    return player(captions={"playerCaptionsTracklistRenderer": {"captionTracks": made}})


@pytest.mark.parametrize(
    ("there", "wanted", "chosen"),
    [
        (("a.en", "en"), ("en",), "en"),
        (("de", "a.en"), ("en",), "a.en"),
        (("de", "a.en"), ("de", "en"), "de"),
        (("fr", "en-GB"), ("en",), "en-GB"),
        (("a.en", "en-GB"), ("en",), "a.en"),
        (("fr", "a.ja", "ja"), ("en",), "ja"),
        (("fr", "a.ja"), ("en",), "a.ja"),
        (("fr", "es"), ("en",), "fr"),
        (("zh-Hans", "zh-Hant"), ("zh-hant",), "zh-Hant"),
    ],
)
def test_the_best_language_is_taken(there: tuple[str, ...], wanted: tuple[str, ...], chosen: str) -> None:
    said = script(player=tracks(*there), timedtext=Answer(CAPTIONS))
    transcript = fetched(said, YouTubeSettings(timeout_s=5, languages=wanted))
    assert said.seen[-1].endswith(f"lang={chosen}")
    assert transcript.trust == ("automatic" if chosen.startswith("a.") else "manual")
    assert transcript.language == chosen.removeprefix("a.")


def test_every_error_of_the_client_has_a_place() -> None:
    kinds = [k for k in vars(youtube_transcript_api).values() if isinstance(k, type) and issubclass(k, Exception)]
    assert len(kinds) > 15
    for kind in kinds:
        error = our_error(kind.__new__(kind), Heard(RECORDED_ID))
        assert error.remedy
        assert RECORDED_ID in error.message or isinstance(error, BlockedError)


def test_a_video_without_any_track_has_no_captions() -> None:
    with pytest.raises(causes.NoCaptions):
        fetched(script(player=tracks()))


def test_the_title_of_another_video_is_not_believed() -> None:
    said = script(player=player(videoDetails={"videoId": "aQvGIIdgFDM", "title": "Not available", "author": "YouTube"}))
    transcript = fetched(said)
    assert (transcript.video.title, transcript.video.channel) == (RECORDED_ID, "")
    assert "answer names another video" in {repair.kind for repair in transcript.repairs}


def test_a_player_answer_without_details_still_gives_words() -> None:
    transcript = fetched(script(player=player(videoDetails="?")))
    assert transcript.video.title == RECORDED_ID
    assert transcript.segments


def test_the_session_is_left_as_it_was() -> None:
    with youtube(script()) as session:
        fetch(RECORDED_ID, SETTINGS, session)
        assert session.hooks["response"] == []
        assert isinstance(session, Session)


def test_two_threads_fetch_with_two_sessions() -> None:
    titles: list[str] = []
    threads = [threading.Thread(target=lambda: titles.append(fetched(script()).video.title)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles == ["Surface Go Review - It’s Awesome"] * 2


def test_text_that_is_no_video_is_refused_without_a_request() -> None:
    said = script()
    with youtube(said) as session, pytest.raises(causes.InvalidVideo, match="10 characters instead of 11"):
        fetch("dQw4w9WgXc", SETTINGS, session)
    assert said.seen == []


def test_importing_the_source_imports_no_network_library() -> None:
    code = "import sys, pipeline.sources.youtube, json; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {"requests", "youtube_transcript_api", "urllib3"} & set(loaded)


ID = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID}\n",
        f"https://www.youtube.com/watch?v={ID}",
        f"http://youtube.com/watch?v={ID}&list=PLabc&index=3&t=1h2m3s",
        f"https://www.youtube.com/watch?list=PLabc&v={ID}#t=30",
        f"https://m.youtube.com/watch?app=desktop&v={ID}",
        f"https://music.youtube.com/watch?v={ID}",
        f"https://youtu.be/{ID}?si=abc&t=42",
        f"youtu.be/{ID}",
        f"www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/shorts/{ID}?feature=share",
        f"https://www.youtube.com/live/{ID}",
        f"https://www.youtube.com/embed/{ID}?start=3",
        f"https://www.youtube-nocookie.com/embed/{ID}",
        f"https://www.youtube.com/v/{ID}",
        f"https://www.youtube.com/e/{ID}/",
        f"https://www.youtube.com/attribution_link?a=x&u=%2Fwatch%3Fv%3D{ID}%26feature%3Dshare",
        f"<https://youtu.be/{ID}>",
        f"HTTPS://WWW.YOUTUBE.COM/watch?v={ID}",
        f"//www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v=https://youtu.be/{ID}?t=3",
        f"https://www.youtube.com/watch?v=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3D{ID}",
        f"https://www.youtube.com/live/{ID}?si=x&t=90",
        f"https://m.youtube.com/shorts/{ID}/",
        f"https://youtu.be/{ID}?list=PLabcdefghijklm&index=2",
    ],
)
def test_an_address_names_its_video(text: str) -> None:
    assert video_id(text) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dQw4w9WgXc",
        "dQw4w9WgXcQQ",
        "dQw4w9WgX!Q",
        "talk.srt",
        "https://www.youtube.com/playlist?list=PLabc",
        "https://www.youtube.com/@3blue1brown",
        "https://www.youtube.com/watch?v=short",
        f"https://vimeo.com/watch?v={ID}",
        f"https://youtube.com.evil.example/watch?v={ID}",
        f"https://notyoutube.com/watch?v={ID}",
        f"ftp://youtube.com/watch?v={ID}",
        "https://youtu.be/",
        "http://[",
        "https://www.youtube.com/embed/videoseries?list=PLabcdefghijklm",
        "https://www.youtube.com/embed/live_stream?channel=UCabcdefghijklmnopqrstuv",
        "https://www.youtube.com/watch?v=https://www.youtube.com/watch?v=https://www.youtube.com/",
    ],
)
def test_other_text_names_no_video(text: str) -> None:
    assert video_id(text) is None


PLAYLIST = "PLabcdefghijklm"
CHANNEL = "UCabcdefghijklmnopqrstuv"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (PLAYLIST, f"playlist?list={PLAYLIST}"),
        (f"https://www.youtube.com/playlist?list={PLAYLIST}&si=x", f"playlist?list={PLAYLIST}"),
        (f"https://www.youtube.com/embed/videoseries?list={PLAYLIST}", f"playlist?list={PLAYLIST}"),
        (CHANNEL, f"channel/{CHANNEL}/videos"),
        (f"https://www.youtube.com/channel/{CHANNEL}", f"channel/{CHANNEL}/videos"),
        (f"youtube.com/channel/{CHANNEL}/streams?view=0", f"channel/{CHANNEL}/streams"),
        ("@3blue1brown", "@3blue1brown/videos"),
        ("https://youtube.com/@a.b-c/shorts", "@a.b-c/shorts"),
        ("https://www.youtube.com/@a.b-c/about", "@a.b-c/videos"),
        ("https://www.youtube.com/@日本語", "@%E6%97%A5%E6%9C%AC%E8%AA%9E/videos"),
        ("https://www.youtube.com/c/Name", "c/Name/videos"),
        ("https://www.youtube.com/user/name/videos", "user/name/videos"),
        (f"https://www.youtube.com/watch?v={ID}&list={PLAYLIST}", None),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", None),
        (f"https://evil.example/playlist?list={PLAYLIST}", None),
        ("https://www.youtube.com/channel/short", None),
        ("@", None),
        (ID, None),
    ],
)
def test_a_playlist_or_channel_is_known_by_its_address(text: str, page: str | None) -> None:
    assert list_page(text) == (f"https://www.youtube.com/{page}" if page else None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (ID[:10], f"the id {ID[:10]} has 10 characters instead of 11"),
        (f"{ID}x", f"the id {ID}x has 12 characters instead of 11"),
        (f"https://youtu.be/{ID[:9]}?t=3", f"the id {ID[:9]} has 9 characters instead of 11"),
        (
            f"https://www.youtube.com/watch?v={ID[:5]}%20{ID[:5]}",
            "the id 'dQw4w dQw4w' has a character that ids do not",
        ),
        ("https://www.youtube.com/", "an address of YouTube that names no video"),
        ("talk.srt", NO_VIDEO),
        ("lecture", NO_VIDEO),
    ],
)
def test_why_a_text_names_no_video(text: str, why: str) -> None:
    assert why in why_no_video(text)


@given(st.text(max_size=80))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    for place in (text, f"https://youtu.be/{text}", f"https://www.youtube.com/watch?v={text}", f"https://{text}"):
        found = video_id(place)
        assert found is None or len(found) == 11
        assert found or why_no_video(place)
        list_page(place)
