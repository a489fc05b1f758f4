"""Fetching: at a pace, at most once, and never again of a source that refuses us."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import BlockedError, SettingsError, TransientError
from pipeline.sources.fetching import Fetching, Ways
from pipeline.sources.gate import Gate, Timing
from pipeline.sources.listings import listed
from pipeline.sources.wanted import Known, Wanted
from pipeline.store.cooling import CoolDowns
from pipeline.store.store import Store
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Transcript
from tests.building import transcript

VIDEO = "abcdefghijk"


class _YouTube:
    """Answers by script: a transcript, or the error to raise."""

    def __init__(self, *answers: Transcript | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, video: str, settings: YouTubeSettings) -> Transcript:
        del settings
        self.asked.append(video)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.db")


def _fetching(store: Store, get: _YouTube, waits: list[float], *, fresh: bool = False) -> Fetching:
    timing = Timing(sleep=waits.append, monotonic=lambda: 0.0, chance=lambda: 0.0)
    gate = Gate(YouTubeSettings(), CoolDowns(store), timing)
    return Fetching(YouTubeSettings(), store, fresh=fresh, sleep=waits.append, gate=gate, ways=Ways(get=get))


def test_a_transcript_is_fetched_once_and_then_remembered(store: Store) -> None:
    with store:
        youtube = _YouTube(transcript("Hello there."))
        assert _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO)).segments[0].text == "Hello there."
        again = _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO, title="Mine"))
        assert (again.video.title, youtube.asked) == ("Mine", [VIDEO])


def test_fresh_asks_again(store: Store) -> None:
    with store:
        youtube = _YouTube(transcript("Old."), transcript("New."))
        _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO))
        assert _fetching(store, youtube, [], fresh=True)(Wanted(youtube_id=VIDEO)).segments[0].text == "New."
        assert _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO)).segments[0].text == "New."


def test_what_passes_is_tried_again_after_the_wait_that_was_asked_for(store: Store) -> None:
    with store:
        youtube = _YouTube(TransientError("busy", wait_s=7), transcript("Hello."))
        waits: list[float] = []
        _fetching(store, youtube, waits)(Wanted(youtube_id=VIDEO))
        assert waits[0] == 7
        assert len(youtube.asked) == 2


def test_trouble_that_stays_is_raised_after_four_attempts(store: Store) -> None:
    with store:
        youtube = _YouTube(*[TransientError("busy")] * 9)
        with pytest.raises(TransientError):
            _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO))
        assert len(youtube.asked) == 4


def test_after_a_block_nothing_more_is_asked(store: Store) -> None:
    with store:
        youtube = _YouTube(BlockedError("blocked"))
        fetching = _fetching(store, youtube, [])
        for _ in range(3):
            with pytest.raises(BlockedError):
                fetching(Wanted(youtube_id=VIDEO))
        assert len(youtube.asked) == 1


def test_requests_keep_their_distance(store: Store) -> None:
    with store:
        waits: list[float] = []
        fetching = _fetching(store, _YouTube(transcript("A."), transcript("B.")), waits)
        fetching(Wanted(youtube_id=VIDEO))
        fetching(Wanted(youtube_id="bbbbbbbbbbb"))
        assert waits == [1.0]


def test_arguments_and_lists_name_files_folders_and_videos_once_each(tmp_path: Path) -> None:
    talk = tmp_path / "talk.srt"
    talk.write_text("1\n00:00:00,000 --> 00:00:02,000\nHello there.\n", encoding="utf-8")
    videos = tmp_path / "videos.txt"
    videos.write_text(f"# mine\nhttps://youtu.be/{VIDEO}?t=3  # a talk\n\n{VIDEO}\ntalk.srt\n", encoding="utf-8-sig")
    assert [(w.path, w.youtube_id) for w in listed([str(tmp_path), str(talk)], videos)] == [(talk, None), (None, VIDEO)]


def test_an_argument_that_is_no_video_stops_before_anything_begins(tmp_path: Path) -> None:
    videos = tmp_path / "videos.txt"
    videos.write_text(f"{VIDEO}\nnothing here\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        listed(["neither", "dQw4w9WgXc"], videos)
    assert "neither: there is no such file" in str(caught.value)
    assert "the id dQw4w9WgXc has 10 characters instead of 11" in str(caught.value)


def test_a_line_that_is_no_video_is_told_with_its_number_and_the_others_run(tmp_path: Path) -> None:
    videos = tmp_path / "videos.txt"
    videos.write_text(f"nothing here\n{VIDEO}\n", encoding="utf-8")
    bad, good = listed([], videos)
    assert good.youtube_id == VIDEO
    assert bad.problem is not None
    assert bad.problem.message.startswith(f"{videos}:1: nothing here: there is no such file")


def test_what_the_source_did_not_say_the_list_fills_in(store: Store) -> None:
    known = Known(title="Listed", channel="Listed channel", published=date(2024, 5, 1))
    bare = transcript("Hello there.", title="abcdefghijk")
    with store:
        youtube = _YouTube(bare, transcript("Hello there.", title="Its own title"))
        filled = _fetching(store, youtube, [])(Wanted(youtube_id=VIDEO, known=known))
        assert (filled.video.title, filled.video.channel) == ("Listed", "A channel")
        assert filled.video.published == date(2024, 5, 1)
        own = _fetching(store, youtube, [])(Wanted(youtube_id="bbbbbbbbbbb", known=known))
        assert own.video.title == "Its own title"
