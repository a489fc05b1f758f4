"""Split: nothing is lost, nothing is doubled, and every word keeps its segment."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.settings import SplitPolicy
from pipeline.stages.split import estimate_tokens, split
from pipeline.values.transcript import Chapter, Segment, Transcript, Video
from tests.building import script, transcript

_text = st.text(
    alphabet=st.sampled_from(list("abcdeABC .,?!…。，人工智能かなéüя1234\"'()-")), min_size=1, max_size=120
).filter(lambda t: t.strip() != "")


@st.composite
def _transcripts(draw: st.DrawFn) -> Transcript:
    start = 0
    segments = []
    for number, text in enumerate(draw(st.lists(_text, min_size=1, max_size=40))):
        start += draw(st.integers(0, 3_000))
        end = start + draw(st.integers(1, 5_000))
        segments.append(Segment(number=number, start_ms=start, end_ms=end, text=text))
        start = end
    chapters = tuple(Chapter(start_ms=draw(st.integers(0, 100_000)), title="c") for _ in range(draw(st.integers(0, 4))))
    return Transcript(
        video=Video(id="x", title="t", channel="c", chapters=chapters),
        language="en",
        trust="unknown",
        segments=tuple(segments),
    )


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(_transcripts(), st.integers(50, 400))
def test_cores_rebuild_the_transcript_in_order(talk: Transcript, budget: int) -> None:
    made = split(talk, SplitPolicy(chunk_tokens=budget))
    cores = [line for chunk in made.chunks for line in made.core(chunk)]
    assert tuple(cores) == made.lines
    assert [line.number for line in made.lines] == list(range(1, len(made.lines) + 1))
    assert _letters("".join(line.text for line in cores)) == _letters("".join(s.text for s in talk.segments))


@given(_transcripts())
def test_every_character_comes_from_the_segment_its_piece_names(talk: Transcript) -> None:
    for line in split(talk, SplitPolicy()).lines:
        bounds = [*(p.offset for p in line.pieces), len(line.text)]
        assert bounds[0] == 0
        for piece, end in zip(line.pieces, bounds[1:], strict=True):
            assert _letters(line.text[piece.offset : end]) in _letters(talk.segments[piece.segment].text)
            assert line.segment_at(piece.offset) == piece.segment


@given(_transcripts(), st.integers(50, 400))
def test_a_core_stays_within_its_budget_unless_it_is_one_line(talk: Transcript, budget: int) -> None:
    made = split(talk, SplitPolicy(chunk_tokens=budget))
    for chunk in made.chunks:
        assert chunk.tokens <= budget or chunk.first == chunk.last


def test_sentences_are_joined_across_segments_and_cut_inside_them() -> None:
    made = script("The clock was built by", "John Harrison. It ran", "for sixty years.")
    assert [line.text for line in made.lines] == [
        "The clock was built by John Harrison.",
        "It ran for sixty years.",
    ]
    assert made.lines[1].segment_at(0) == 1
    assert made.lines[1].segment_at(made.lines[1].text.index("sixty")) == 2


def test_initials_abbreviations_and_decimals_end_no_sentence() -> None:
    made = script("In 1759 J. Harrison met Dr. Maskelyne and paid 3.50 for it, e.g. in coin. Then he left.")
    assert len(made.lines) == 2
    assert made.lines[1].text == "Then he left."


def test_without_punctuation_pauses_and_about_twenty_words_end_a_line() -> None:
    words = ["one two three four five"] * 12
    made = script(*words)
    assert not made.punctuated
    assert all(15 <= len(line.text.split()) <= 25 for line in made.lines)


def test_a_pause_ends_an_unpunctuated_line() -> None:
    talk = transcript("so we begin here", "and then it stops", "a new thing starts")
    late = talk.segments[2].model_copy(update={"start_ms": 20_000, "end_ms": 22_000})
    made = split(talk.model_copy(update={"segments": (*talk.segments[:2], late)}), SplitPolicy())
    assert [line.opens for line in made.lines] == [True, True]
    assert made.lines[1].text == "a new thing starts"


def test_one_huge_cue_becomes_many_lines() -> None:
    made = script(" ".join(f"word{i}" for i in range(5_000)))
    assert max(len(line.text.split()) for line in made.lines) <= 90
    assert len(made.lines) > 50


def test_japanese_sentences_end_without_a_space() -> None:
    made = script("これは脳の話です。次に", "学習の話をします。", language="ja")
    assert [line.text for line in made.lines] == ["これは脳の話です。", "次に学習の話をします。"]


def test_chapters_are_boundaries_when_each_fits() -> None:
    sentence = "Here is one more sentence about the very same old clock."
    chapters = (
        Chapter(start_ms=0, title="A"),
        Chapter(start_ms=80_000, title="B"),
        Chapter(start_ms=160_000, title="C"),
    )
    talk = transcript(*[sentence] * 60, chapters=chapters)
    made = split(talk, SplitPolicy(chunk_tokens=20 * estimate_tokens(sentence)))
    assert [made.line(chunk.first).start_ms for chunk in made.chunks] == [0, 80_000, 160_000]


def test_context_is_shown_before_the_core_and_never_part_of_it() -> None:
    made = script(*["This is a sentence about clocks and ships."] * 100, chunk_tokens=300)
    assert made.context(made.chunks[0]) == ()
    second = made.chunks[1]
    assert [line.number for line in made.context(second)] == list(range(second.first - 12, second.first))


def test_an_empty_transcript_has_no_chunks() -> None:
    assert split(transcript(), SplitPolicy()).chunks == ()


def test_a_line_longer_than_the_budget_is_a_chunk_of_its_own() -> None:
    made = script("Short one.", "x" * 50_000 + ".", chunk_tokens=100)
    assert [(chunk.first, chunk.last) for chunk in made.chunks] == [(1, 1), (2, 2)]
    assert len(script("y" * 50_000, chunk_tokens=100).chunks) == 1
