"""Words in are words out: talks are made up, written in every shape, dirtied, and read back."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.files import open_transcript_file, read_text
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.decoding import decode
from pipeline.sources.readers.markup import without_tags
from pipeline.sources.writing.shapes import WRITERS, shape_named, written
from pipeline.values.transcript import Segment, Transcript, Video
from tests.test_sources_ordering import assert_in_order

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
CORPUS = sorted(SHARED.glob("*")) if SHARED.is_dir() else []

GRAIN_MS = {"ass": 10, "sub": 40, "mpl": 100}
"""The least time that a shape can tell, where it is not a millisecond."""
ENDLESS = {"txt", "md"}
"""Shapes that tell no ends."""

_WORD = st.one_of(
    st.sampled_from(
        [
            "the",
            "a",
            "to",
            "it's",
            "28x28",
            "don’t",
            "vector<int>",
            "a<b",
            "AT&T",
            "C++",
            "слово",
            "数字",
            "مرحبا",
            "ça",
            "3.5%",
            "NOTE",
            ">=",
            "[sic]",
            "—",
            "I",
            "2",
            "-->",
            "1:30",
            "WEBVTT",
        ]
    ),
    st.sampled_from(["{x}", "a|b", "C:\\New", "\\h", "«oui»", "x,y;z", '"so"', "0:05", "#tag", "[[link]]", "()", "♪"]),
    st.text("abcdefghijklmnopqrstuvwxyzäßж", min_size=1, max_size=9),
)
_LINE = st.lists(_WORD, min_size=1, max_size=9).map(" ".join).map(lambda text: f"so {text}")


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """A talk as sources hand it over, its times on the grain of the coarsest shape, said by up to two people."""
    clock = draw(st.integers(0, 20_000)) * 200
    people = draw(st.sampled_from([(None,), ("Ada Lovelace", "Bo"), (None, "Ada")]))
    segments: list[Segment] = []
    for number, text in enumerate(draw(st.lists(_LINE, min_size=1, max_size=12))):
        start = clock + draw(st.sampled_from([0, 0, 200, 9_000]))
        clock = start + draw(st.integers(2, 40)) * 200
        segments.append(
            Segment(number=number, start_ms=start, end_ms=clock, text=text, speaker=draw(st.sampled_from(people)))
        )
    video = Video(id="talk", title="A talk: of two", channel="")
    return Transcript(video=video, language="en", trust="unknown", segments=tuple(segments))


def read(text: str) -> Ordered:
    reading = read_text(text, "talk")
    return put_in_order(reading.cues, reading.repairs, one_clock=not reading.tracks)


def words(ordered: Ordered | Transcript) -> Counter[str]:
    return Counter(word for segment in ordered.segments for word in segment.text.split())


def heard_words(ordered: Ordered) -> Counter[str]:
    """The words; MicroDVD and MPL2 have no other sign for `|` than a broken bar."""
    return Counter(word.replace("¦", "|") for segment in ordered.segments for word in segment.text.split())


@settings(max_examples=60)
@given(talk=transcripts())
def test_what_is_written_is_read_in_every_shape(talk: Transcript) -> None:
    wanted = [(s.start_ms, s.speaker, s.text) for s in talk.segments]
    for shape in WRITERS:
        found = read(written(talk, shape))
        heard = [(s.start_ms, s.speaker, s.text.replace("¦", "|")) for s in found.segments]
        assert heard == wanted, shape
        if shape not in ENDLESS:
            assert [s.end_ms for s in found.segments] == [s.end_ms for s in talk.segments], shape


def doubled_line_ends(text: str) -> str:
    return text.replace("\n", "\n\n")


def no_blank_lines(text: str) -> str:
    head, _, rest = text.partition("\n\n")
    return head + "\n\n" + rest.replace("\n\n", "\n")


def with_trailing_spaces(text: str) -> str:
    return text.replace("\n", "  \n")


def zero_ends(text: str) -> str:
    return text.replace('"duration": ', '"duration": 0, "was": ').replace(" d=", " was=").replace(" dur=", " was=")


def nulls(text: str) -> str:
    return text.replace('"start": ', '"start": null, "was": ', 1).replace('"tStartMs": ', '"tStartMs": NaN, "was": ', 1)


def invisible(text: str) -> str:
    return text.replace("so ", "s\u200bo \u202e")


BLOCKS = ("vtt", "srt", "sbv")
XML = ("srv1", "srv2", "srv3", "ttml")
DIRT: dict[str, tuple[Callable[[str], str], tuple[str, ...]]] = {
    "doubled line ends": (doubled_line_ends, (*BLOCKS, *XML, "lrc", "ass", "txt", "tsv", "csv", "json", "smi")),
    "no blank lines": (no_blank_lines, ("vtt", "srt")),
    "trailing spaces": (with_trailing_spaces, (*BLOCKS, *XML, "lrc", "ass", "txt", "tsv", "json", "whisper-txt")),
    "zero ends": (zero_ends, ("json", "srv1", "srv3")),
    "nulls": (nulls, ("json", "whisper-json", "json3")),
    "invisible signs": (invisible, tuple(shape for shape in WRITERS if shape != "ass")),
}


@pytest.mark.parametrize("kind", DIRT)
@settings(max_examples=25)
@given(talk=transcripts())
def test_dirt_costs_no_word(kind: str, talk: Transcript) -> None:
    dirty, shapes = DIRT[kind]
    for shape in shapes:
        found = read(dirty(written(talk, shape)))
        assert_in_order(found.segments)
        assert heard_words(found) == words(talk), shape


@settings(max_examples=25)
@given(
    talk=transcripts(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"]),
    line_end=st.sampled_from(["\r\n", "\r", "\r\r\n"]),
)
def test_encodings_and_line_ends_cost_no_word(talk: Transcript, encoding: str, line_end: str) -> None:
    for shape in WRITERS:
        data = written(talk, shape).replace("\n", line_end).encode(encoding)
        assert heard_words(read(decode(data).text)) == words(talk), shape


@settings(max_examples=40)
@given(talk=transcripts(), order=st.randoms(use_true_random=False))
def test_cues_in_any_order_cost_no_word(talk: Transcript, order: st.randoms) -> None:  # type: ignore[valid-type]  # a Random
    shuffled = list(talk.segments)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    moved = talk.model_copy(update={"segments": tuple(s.model_copy(update={"speaker": None}) for s in shuffled)})
    for shape in ("vtt", "srt", "json", "whisper-json", "json3", "srv1", "srv3", "ttml", "tsv", "csv", "ass", "txt"):
        found = read(written(moved, shape))
        assert_in_order(found.segments)
        assert words(found) == words(talk), shape


@settings(max_examples=40)
@given(talk=transcripts(), share=st.floats(0.05, 0.95))
def test_a_file_that_was_cut_off_gives_what_it_has(talk: Transcript, share: float) -> None:
    """What is read of a cut file is the beginning of the talk, but for the last cue, which may be cut itself."""
    for shape in ("vtt", "srt", "sbv", "txt", "tsv", "json3", "json", "whisper-json", "srv1", "srv3", "ttml"):
        text = written(talk, shape)
        try:
            found = read(text[: int(len(text) * share)])
        except Exception as error:  # noqa: BLE001 - the kind is what is asserted
            assert type(error).__module__ == "pipeline.sources.causes", shape  # noqa: PT017 - as above
            continue
        whole = [s.text for s in found.segments][:-1]
        assert whole == [s.text for s in talk.segments][: len(whole)], shape


@pytest.mark.parametrize(
    ("name", "shape", "expected"),
    [
        ("a.vtt", None, "vtt"),
        ("a.TTML", None, "ttml"),
        ("a.ssa", None, "ass"),
        ("a", "json3", "json3"),
        ("a.vtt", "srt", "srt"),
    ],
)
def test_the_ending_names_the_shape_unless_the_shape_is_named(name: str, shape: str | None, expected: str) -> None:
    assert shape_named(Path(name), shape) == expected


_TEXTLESS = ("derived__dirty-empty", "INDEX", "chapters", "info.json", "whisper.txt", "only-music")


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
@pytest.mark.parametrize("path", [p for p in CORPUS if not any(t in p.name for t in _TEXTLESS)], ids=lambda p: p.name)
def test_a_real_file_is_the_same_in_every_shape(path: Path) -> None:
    talk = open_transcript_file(path).transcript
    assert_in_order(talk.segments)
    for shape in ("vtt", "json3", "ttml"):
        found = read(written(talk, shape))
        heard = [(s.start_ms, s.end_ms, without_tags(s.text)) for s in found.segments]
        assert heard == [(s.start_ms, s.end_ms, without_tags(s.text)) for s in talk.segments], shape
