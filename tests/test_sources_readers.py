import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.files import read_text
from pipeline.sources.ordering import put_in_order
from pipeline.sources.readers.clock import read_number, read_stamp
from pipeline.sources.readers.decoding import decode
from pipeline.values.transcript import Segment
from tests.caption_writing import SHAPES, Said, rolling, srt, webvtt

_ODD = [
    *(
        "the",
        "a",
        "to",
        "it's",
        "28x28",
        "don’t",
        "vector<int>",
        "a<b",
        "AT&T",
        "&lt;",
        "C++",
        "слово",
        "数字",
        "مرحبا",
    ),
    *("ça", "3.5%", "NOTE", ">=", "[sic]", "—", "I", "2", "-->", "1:30", "WEBVTT"),
]
_WORD = st.one_of(
    st.sampled_from(_ODD),
    st.text("abcdefghijklmnopqrstuvwxyzäß", min_size=1, max_size=9),
)
_LINE = st.lists(_WORD, min_size=1, max_size=9).map(" ".join).map(lambda text: f"so {text}")


@st.composite
def talks(draw: st.DrawFn) -> list[Said]:
    """A talk: cues that follow each other, with pauses, each of at least a tenth of a second."""
    clock = draw(st.integers(0, 3_700_000))
    said = []
    for text in draw(st.lists(_LINE, min_size=1, max_size=12)):
        start = clock + draw(st.sampled_from([0, 0, 0, 1, 40, 700, 9_000]))
        clock = start + draw(st.integers(300, 8_000))
        said.append(Said(start, clock, text))
    return said


def segments(text: str) -> tuple[Segment, ...]:
    return put_in_order(read_text(text, "talk").cues).segments


def plainly(text: str) -> str:
    """Entities that a talk happens to hold are decoded in every shape."""
    return text.replace("&lt;", "<")


@settings(max_examples=40, deadline=None)
@given(said=talks())
def test_words_in_are_words_out_at_their_times_in_every_shape(said: list[Said]) -> None:
    wanted = [(s.start_ms, plainly(s.text)) for s in said]
    for name, shape in SHAPES.items():
        assert [(s.start_ms, s.text) for s in segments(shape(said))] == wanted, name


@settings(max_examples=15, deadline=None)
@given(said=talks())
def test_ends_are_kept_where_nothing_overlaps(said: list[Said]) -> None:
    for name in ("srt", "webvtt", "api_json", "srv3", "ttml", "sbv", "whisper_print", "seconds_text"):
        assert [s.end_ms for s in segments(SHAPES[name](said))] == [s.end_ms for s in said], name


@settings(max_examples=60, deadline=None)
@given(said=talks(), word_times=st.booleans(), echoes=st.booleans(), trimmed=st.booleans())
def test_rolling_captions_have_no_repeats_and_no_losses(
    said: list[Said], word_times: bool, echoes: bool, trimmed: bool
) -> None:
    if not echoes and len(said) < 3:
        return  # two cues cannot show that they roll
    gapless = [Said(s.start_ms, n.start_ms, s.text) for s, n in pairwise(said)] + said[-1:]
    found = segments(rolling(gapless, word_times=word_times, echoes=echoes, trimmed=trimmed))
    assert [(s.start_ms, s.text) for s in found] == [(s.start_ms, plainly(s.text)) for s in gapless]


def test_a_line_said_three_times_stays_three_lines_when_captions_roll() -> None:
    said = [
        Said(i * 2_000, i * 2_000 + 2_000, text) for i, text in enumerate(["no no", "no no", "no no", "well", "no no"])
    ]
    assert [s.text for s in segments(rolling(said))] == ["no no", "no no", "no no", "well", "no no"]


def test_captions_by_hand_may_repeat_themselves() -> None:
    said = [Said(i * 1_000, i * 1_000 + 1_000, "Thank you.") for i in range(8)]
    assert len(segments(webvtt(said))) == 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_encoding_and_line_end_gives_the_same_words(encoding: str, line_end: str) -> None:
    said = [Said(i * 1_000, i * 1_000 + 900, f"déjà vu à la carte numéro {i}") for i in range(30)]
    data = srt(said).replace("\n", line_end).encode(encoding)
    assert [s.text for s in segments(decode(data).text)] == [s.text for s in said]


def test_text_in_an_older_cyrillic_code_page_is_found() -> None:
    said = [
        Said(i * 1_000, i * 1_000 + 900, f"Привет, это обычный русский текст о нейронных сетях {i}") for i in range(30)
    ]
    assert segments(decode(srt(said).encode("cp1251")).text)[0].text == said[0].text


def test_a_broken_byte_in_utf_8_costs_one_character() -> None:
    said = [Said(i * 1_000, i * 1_000 + 900, "schön und gut für alle Hörer") for i in range(30)]
    data = srt(said).encode()
    cut = data[: data.rindex(b"\xb6")]
    decoded = decode(cut)
    assert decoded.broken == 1
    assert segments(decoded.text)[0].text == said[0].text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("00:01.500", 1_500),
        ("1:02:03,4", 3_723_400),
        ("01:02:03", 3_723_000),
        ("0:05", 5_000),
        ("75:00.001", 4_500_001),
        ("00:00:01.0005", 1_000),
        ("-00:00:01,000", -1_000),
        ("00:00:01, 500", 1_500),
    ],
)
def test_a_stamp_is_read_to_the_millisecond(text: str, ms: int) -> None:
    assert read_stamp(text) == ms


@pytest.mark.parametrize(
    "value", [None, True, "", "x", float("nan"), float("inf"), "nan", "1e400", 10**30, [], {}, "1:2:3:4"]
)
def test_nonsense_is_no_time(value: object) -> None:
    assert read_number(value, 1000) is None


def test_json_that_was_cut_off_gives_the_items_before_the_cut() -> None:
    said = [Said(i * 1_000, i * 1_000 + 900, f"word {i}") for i in range(20)]
    for shape in ("api_json", "api_json_wrapped", "json3", "whisper_json", "srv3", "ttml"):
        text = SHAPES[shape](said)
        cut = text[: len(text) * 8 // 10]
        reading = read_text(cut, "talk")
        found = put_in_order(reading.cues).segments
        assert [s.text for s in found] == [f"word {i}" for i in range(len(found))], shape
        assert 10 <= len(found) < 20, shape
        assert [r.kind for r in reading.repairs] == ["end of the file cut off"]


def test_json_lines_are_no_file_that_was_cut_off() -> None:
    said = [Said(0, 900, "one"), Said(1_000, 1_900, "two")]
    assert read_text(SHAPES["json_lines"](said), "talk").repairs == ()


def test_turns_keep_their_speakers() -> None:
    text = """---
title: A talk
video_id: dQw4w9WgXcQ
publish_date: 2025-11-16
---

# A talk

## Transcript

Ada Lovelace (00:00:00):
The engine weaves patterns.

(00:01:00):
Algebraic ones.

Dr. Charles Babbage (00:02:05):
Quite so. At 12:30 we had lunch.
"""
    reading = read_text(text, "talk.md")
    found = put_in_order(reading.cues).segments
    assert [(s.start_ms, s.speaker, s.text) for s in found] == [
        (0, "Ada Lovelace", "The engine weaves patterns."),
        (60_000, "Ada Lovelace", "Algebraic ones."),
        (125_000, "Dr. Charles Babbage", "Quite so. At 12:30 we had lunch."),
    ]
    assert (reading.facts.id, reading.facts.title, str(reading.facts.published)) == (
        "dQw4w9WgXcQ",
        "A talk",
        "2025-11-16",
    )


@pytest.mark.parametrize(
    "text",
    [
        "- [00:00] one two\n- [00:04] three\n- [01:02:03] four",
        "[00:00] one two\n[00:04] three\n[01:02:03] four",
        "(0:00) one two\n(0:04) three\n(1:02:03) four",
        "0:00\none two\n0:04\nthree\n1:02:03\nfour",
        "00:00 one two\n00:04 three\n01:02:03 four",
        "00:00:00 - one two\n00:00:04 - three\n01:02:03 - four",
        "**[00:00]** one two\n**[00:04]** three\n**[01:02:03]** four",
    ],
)
def test_marks_in_plain_text_are_read(text: str) -> None:
    spoken = text.replace("four", "four " * 2_000)
    assert [(s.start_ms, s.text[:7].strip()) for s in segments(spoken)] == [
        (0, "one two"),
        (4_000, "three"),
        (3_723_000, "four fo"),
    ]


def test_voices_in_one_cue_become_a_segment_each() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ada>Is it so?\n<v.loud Charles Babbage>It is.</v>\n"
    assert [(s.start_ms, s.speaker, s.text) for s in segments(text)] == [
        (1_000, "Ada", "Is it so?"),
        (1_001, "Charles Babbage", "It is."),
    ]


def test_a_word_file_keeps_the_time_of_the_first_word_of_each_line() -> None:
    text = '[[" This", 4.22, 4.66], [" is", 4.66, 5.0], [" a", 5.0, 5.14], [" 3.", 5.14, 5.4], [" Well", 6.06, 6.2]]'
    assert [(s.start_ms, s.end_ms, s.text) for s in segments(text)] == [
        (4_220, 5_400, "This is a 3."),
        (6_060, 6_200, "Well"),
    ]


def test_words_of_a_speech_service_are_joined_to_lines() -> None:
    words = [
        {"word": word, "start": i * 0.5, "end": i * 0.5 + 0.4}
        for i, word in enumerate(("we", "are", "here", "now.", "So", "there"))
    ]
    text = json.dumps({"results": {"channels": [{"alternatives": [{"confidence": 1, "words": words}]}]}})
    assert [(s.start_ms, s.text) for s in segments(text)] == [(0, "we are here now."), (2_000, "So there")]


def test_ttml_times_with_frames_ticks_and_durations() -> None:
    text = """<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
    ttp:frameRate="25" ttp:tickRate="1000"><body><div><p begin="00:00:01:05" dur="2s">one<br/>two</p>
    <p begin="4500t" end="5500t">three</p><p begin="6500ms"><span>four</span> five</p></div></body></tt>"""
    assert [(s.start_ms, s.text) for s in segments(text)] == [
        (1_200, "one two"),
        (4_500, "three"),
        (6_500, "four five"),
    ]


SHARED = Path(__file__).parents[2] / "shared" / "corpus"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("ending", ["vtt", "srv1.xml", "srv3.xml", "ttml", "json"])
def test_one_talk_in_six_shapes_has_the_same_words_at_the_same_times(ending: str) -> None:
    original = decode((SHARED / "ecosync__promptwars__en__auto.json3").read_bytes()).text
    other = decode((SHARED / f"derived__ecosync-promptwars__en__auto.{ending}").read_bytes()).text
    wanted = [(s.start_ms, s.text) for s in segments(original)]
    assert len(wanted) > 1_000
    assert [(s.start_ms, s.text) for s in segments(other)] == wanted
