from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.cleaning import clean, clean_line
from pipeline.sources.ordering import put_in_order
from pipeline.values.transcript import Cue, Segment


def cue(start_ms: int, end_ms: int | None, text: str = "words", speaker: str | None = None) -> Cue:
    return Cue(start_ms=start_ms, end_ms=end_ms, text=text, speaker=speaker)


def assert_in_order(segments: tuple[Segment, ...]) -> None:
    """The promise of `Segment`."""
    assert [s.number for s in segments] == list(range(len(segments)))
    for segment in segments:
        assert 0 <= segment.start_ms < segment.end_ms
        assert segment.text == " ".join(segment.text.split())
        assert segment.text
    for before, after in pairwise(segments):
        assert before.end_ms <= after.start_ms


_TIME = st.integers(-5_000, 30_000)
_CUES = st.lists(
    st.builds(cue, _TIME, st.none() | _TIME, st.text(max_size=20) | st.sampled_from(["a", "[Music]", ">> Bo: hi"]))
)


@settings(deadline=None)
@given(cues=_CUES)
def test_any_cues_become_segments_in_order(cues: list[Cue]) -> None:
    assert_in_order(put_in_order(cues).segments)


@settings(max_examples=40, deadline=None)
@given(starts=st.lists(st.integers(0, 10**7), min_size=1, unique=True))
def test_cues_in_any_order_keep_their_starts_and_words(starts: list[int]) -> None:
    segments = put_in_order([cue(start, start + 5_000, f"word{start}") for start in starts]).segments
    assert [(s.start_ms, s.text) for s in segments] == [(start, f"word{start}") for start in sorted(starts)]


@settings(max_examples=40, deadline=None)
@given(cues=_CUES)
def test_what_is_in_order_stays_as_it_is(cues: list[Cue]) -> None:
    once = put_in_order(cues).segments
    again = put_in_order(cue(s.start_ms, s.end_ms, s.text, s.speaker) for s in once)
    if len({s.start_ms for s in once}) == len(once) and not any(s.text.startswith((">>", "-", "–")) for s in once):
        assert [(s.start_ms, s.end_ms) for s in again.segments] == [(s.start_ms, s.end_ms) for s in once]


def test_each_repair_is_counted() -> None:
    ordered = put_in_order(
        [
            cue(5_000, 9_000, "five &amp; more"),
            cue(-200, 900, "before zero"),
            cue(7_000, 7_000, "zero long"),
            cue(8_000, None, "endless"),
            cue(20_000, 21_000, "[Applause]"),
            cue(22_000, 23_000, "..."),
            cue(24_000, 25_000, "same"),
            cue(24_000, 25_000, "same"),
            cue(30_000, 31_000, ">> hello\u202e"),
        ]
    )
    assert {r.kind: r.count for r in ordered.repairs} == {
        "cue given twice": 1,
        "cue of sound only left out": 1,
        "cue without words left out": 1,
        "end not after start": 1,
        "entity decoded": 1,
        "invisible character removed": 1,
        "missing end": 1,
        "negative time": 1,
        "out of order": 1,
        "overlap clipped": 1,
        "speaker mark taken out of the text": 1,
    }
    assert ordered.sounds == 1
    assert [(s.start_ms, s.end_ms) for s in ordered.segments] == [
        (0, 900),
        (5_000, 7_000),
        (7_000, 8_000),
        (8_000, 24_000),
        (24_000, 25_000),
        (30_000, 31_000),
    ]


def test_cues_that_share_a_start_follow_each_other_by_a_millisecond() -> None:
    segments = put_in_order([cue(1_000, 9_000, "first"), cue(1_000, 2_000, "second"), cue(3_000, 4_000)]).segments
    assert [(s.start_ms, s.end_ms, s.text) for s in segments[:2]] == [(1_000, 1_001, "first"), (1_001, 2_000, "second")]


def test_a_named_speaker_goes_on_until_the_next_mark() -> None:
    texts = [">> Ada: One.", "two", ">> three", "four", "- Bo: Five.", "six"]
    segments = put_in_order(cue(i * 1_000, i * 1_000 + 900, text) for i, text in enumerate(texts)).segments
    assert [(s.speaker, s.text) for s in segments] == [
        ("Ada", "One."),
        ("Ada", "two"),
        (None, "three"),
        (None, "four"),
        ("Bo", "Five."),
        ("Bo", "six"),
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("&gt;&gt; so", "so"),
        ("it&#39;s &amp;#39;quoted&amp;#39;", "it's 'quoted'"),
        ("see example.org/?a=1&copy=2&reg", "see example.org/?a=1&copy=2&reg"),
        ('<i>really</i> <font color="#fff">big</font>', "really big"),
        ("a vector&lt;int&gt; and a<b >=", "a vector<int> and a<b >="),
        ("{\\an8}on top", "on top"),
        ("red\x1b[31m alert\x00", "red alert"),
        ("zero\u200bwidth \u202eright\u202c", "zerowidth right"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
        ("family 👩\u200d👩\u200d👧", "family 👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("half \ud83d of a pair", "half of a pair"),
        ("tab\tand\u2028line\xa0space", "tab and line space"),
        ("- Yes.\n- No.", "Yes. No."),
        ("-Hello there", "Hello there"),
        ("-5 degrees", "-5 degrees"),
        ("Thanks. >> You're welcome.", "Thanks. You're welcome."),
        ("cin >> x", "cin >> x"),
        ("♪ la la ♪", "♪ la la ♪"),
        ("[Music]", ""),
        ("[[nodiscard]]", "[[nodiscard]]"),
        (">> [music]", ""),
        ("[음악]", ""),
        ("♪♪", ""),
        ("(audience laughs)", ""),
        ("[Music] and so", "[Music] and so"),
        ("(this whole sentence was said as an aside)", "(this whole sentence was said as an aside)"),
        ("?!", ""),
        ("３", "３"),
    ],
)
def test_the_words_of_a_cue(raw: str, text: str) -> None:
    assert clean(raw).text == text


@settings(deadline=None)
@given(st.text())
def test_cleaned_text_can_be_written_to_a_file(raw: str) -> None:
    for text in (clean(raw).text, clean_line(raw)):
        text.encode()
        assert text == text.strip()
        assert text.isprintable() or all(c.isprintable() or c in "\u200c\u200d" or ord(c) > 0x2FF for c in text)


@pytest.mark.parametrize(
    "piece", ["<", "&", "(", "[", ">> ", "- ", "a ", "<c.", "{\\", "\x1b[", "&amp;", "Aa ", "♪", "( a"]
)
def test_hostile_text_is_cleaned_in_time_that_grows_with_its_length(piece: str) -> None:
    assert isinstance(clean(piece * 100_000).text, str)  # quadratic patterns would not end
