"""Fetching: at a pace, at most once, and never again of a source that refuses us."""

from pathlib import Path

import pytest

from pipeline.errors import BlockedError, SettingsError, TransientError
from pipeline.settings import YouTubeSettings
from pipeline.sources.fetching import Fetching
from pipeline.sources.listings import Wanted, listed
from pipeline.store.store import Store
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
    return Fetching(YouTubeSettings(), store, fresh=fresh, sleep=waits.append, get=get)


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
    assert listed([str(tmp_path), str(talk)], videos) == (Wanted(path=talk), Wanted(youtube_id=VIDEO))


def test_what_is_no_video_is_named_with_its_line(tmp_path: Path) -> None:
    videos = tmp_path / "videos.txt"
    videos.write_text(f"{VIDEO}\nnothing here\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        listed(["neither"], videos)
    assert "videos.txt:2: nothing here" in str(caught.value)
    assert "neither: there is no such file" in str(caught.value)
