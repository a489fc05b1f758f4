"""Chapters that a creator wrote into a description, and that they guide where a transcript is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.settings import SplitPolicy
from pipeline.sources.chapters import chapters_in
from pipeline.sources.youtube import fetch
from pipeline.stages.split import split
from pipeline.values.sourcing import YouTubeSettings
from tests.building import transcript
from tests.loopback_youtube import RECORDED_ID, Answer, player, script, youtube


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("0:00 Intro\n1:05 Middle\n1:02:03 End", [(0, "Intro"), (65_000, "Middle"), (3_723_000, "End")]),
        ("(00:00) A\n[01:05] B\n• 02:00 – C", [(0, "A"), (65_000, "B"), (120_000, "C")]),
        ("Intro - 0:00\nMiddle: 1:05\nEnd (2:00)", [(0, "Intro"), (65_000, "Middle"), (120_000, "End")]),
        ("0:00 - 0:30 One\n0:30 - 1:00 Two\n1:00 - 2:00 Three", [(0, "One"), (30_000, "Two"), (60_000, "Three")]),
        ("See 12:30 for more.\n0:00 A\n0:10 B\n0:20 C\n0:05 a comment", [(0, "A"), (10_000, "B"), (20_000, "C")]),
        ("0:00 A\n0:10 B", []),
        ("0:10 A\n0:20 B\n0:30 C", []),
        ("0:00 A\n0:75 B\n0:90 C", []),
        ("", []),
    ],
)
def test_chapters_are_read_by_the_rules_of_youtube(description: str, expected: list[tuple[int, str]]) -> None:
    assert [(c.start_ms, c.title) for c in chapters_in(description)] == expected


@given(st.text(alphabet="0123456789:- \n()[]abc", max_size=300))
def test_chapters_ascend_whatever_the_description_says(description: str) -> None:
    starts = [c.start_ms for c in chapters_in(description)]
    assert starts == sorted(set(starts))
    assert not starts or (starts[0] == 0 and len(starts) >= 3)


def test_the_chapters_of_a_video_reach_the_split() -> None:
    details = {
        "videoId": RECORDED_ID,
        "title": "A talk",
        "author": "Ann",
        "shortDescription": "0:00 Start\n1:00 The screen\n2:00 Sound",
    }
    settings = YouTubeSettings(timeout_s=5)
    cues = "".join(f'<text start="{n * 20}" dur="19">Sentence number {n} is here.</text>' for n in range(9))
    said = script(player=player(videoDetails=details), timedtext=Answer(f"<transcript>{cues}</transcript>".encode()))
    with youtube(said) as session:
        fetched = fetch(RECORDED_ID, settings, session)
    assert [c.title for c in fetched.video.chapters] == ["Start", "The screen", "Sound"]
    assert str(fetched.video.published) == "2018-08-02"
    opened = [line.start_ms for line in split(fetched, SplitPolicy()).lines if line.opens]
    assert opened == [0, 60_000, 120_000]
    plain = transcript("One.", "Two.")
    assert plain.digest == transcript("One.", "Two.", chapters=fetched.video.chapters).digest
