"""A long batch that YouTube begins to refuse: the real command and client, a YouTube on the loopback interface."""

import json
import re
import threading
from pathlib import Path

import pytest

from tests.commands import citenote, pages, rows, written
from tests.loopback_world import Asked, world
from tests.loopback_youtube import Answer

VIDEOS = 200
FIRST_REFUSED = 60
IDS = [f"video{n:05d}A" for n in range(1, VIDEOS + 1)]
_PAGE = b'<html><script>"INNERTUBE_API_KEY": "AIzaTest"</script>"publishDate":"2024-03-02"</html>'


class YouTube:
    """Answers for any video, until it has seen as many as it takes to be annoyed."""

    def __init__(self) -> None:
        self.patience = FIRST_REFUSED - 1
        self.watched: list[str] = []
        self.refused = 0
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        if "/watch" in asked.path:
            return self._watch(asked.path.partition("v=")[2])
        if "/player" in asked.path:
            return Answer(json.dumps(_player(json.loads(asked.body)["videoId"])).encode())
        return Answer(_captions(re.search(r"v=([\w-]{11})", asked.path)[1]).encode())  # type: ignore[index] # it is there

    def _watch(self, video: str) -> Answer:
        with self._lock:
            if len(self.watched) >= self.patience:
                self.refused += 1
                return Answer(b"", 429)
            self.watched.append(video)
        return Answer(_PAGE)


def _player(video: str) -> dict[str, object]:
    track = {
        "baseUrl": f"https://www.youtube.com/api/timedtext?v={video}",
        "name": {"runs": [{"text": "English"}]},
        "languageCode": "en",
        "kind": "asr",
    }
    details = {
        "videoId": video,
        "title": f"Talk {video}",
        "author": "A channel",
        "lengthSeconds": "60",
        "shortDescription": "0:00 Beginning\n0:20 Middle\n0:40 End",
    }
    captions = {"playerCaptionsTracklistRenderer": {"captionTracks": [track]}}
    return {"playabilityStatus": {"status": "OK"}, "captions": captions, "videoDetails": details}


def _captions(video: str) -> str:
    said = ("The harbour of {} was built in 1842.", "Its lighthouse burns oil.", "Ships from {} carried tea.")
    lines = [f'<text start="{n * 20}" dur="18">{text.format(video)}</text>' for n, text in enumerate(said)]
    return f"<transcript>{''.join(lines)}</transcript>"


@pytest.mark.slow  # three runs over 200 videos
def test_a_batch_that_is_refused_ends_cleanly_keeps_what_it_has_and_goes_on_the_next_time(tmp_path: Path) -> None:
    youtube = YouTube()
    written(tmp_path, "\n".join(IDS), "videos.txt")
    with world(youtube, tmp_path) as web:
        asking: dict[str, object] = {"proxy": web.proxy, "min_interval_s": 0, "attempts": 1}
        written(tmp_path, json.dumps({"youtube": asking}))

        first = citenote("run", "--list", "videos.txt", "--json", folder=tmp_path, **web.variables())
        states = [row["state"] for row in rows(first)]
        assert first.returncode == 1
        assert first.stderr == ""
        assert states.count("done") == FIRST_REFUSED - 1
        assert states.count("failed") == VIDEOS - FIRST_REFUSED + 1
        assert {row["error"]["kind"] for row in rows(first) if row["error"]} == {"blocked"}
        assert len({row["error"]["message"] for row in rows(first) if row["error"]}) == 1
        assert youtube.refused == 1  # nothing more was asked after the first refusal
        assert len(pages(tmp_path / "outputs")) >= FIRST_REFUSED

        asked = len(web.seen)
        second = citenote("run", "--list", "videos.txt", folder=tmp_path, **web.variables())
        assert second.returncode == 1
        assert len(web.seen) == asked  # the next run knows, and asks nobody
        assert re.search(r"YouTube refused this network at .*is left alone\n +It is asked again from ", second.stderr)
        assert f"and {VIDEOS - FIRST_REFUSED - 2} more" in second.stderr

        youtube.patience = VIDEOS
        written(tmp_path, json.dumps({"youtube": asking | {"cool_down_s": 0}}))
        third = citenote("run", "--list", "videos.txt", "--json", folder=tmp_path, **web.variables())
        assert third.returncode == 0
        assert [row["state"] for row in rows(third)] == ["done"] * VIDEOS
    assert sorted(youtube.watched) == IDS  # each once: what was fetched is not fetched again
