import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.stages.verify.anchor import own_words
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.stages.verify.quote import find, parts
from tests.building import transcript

SAID = (
    "So the harbour was built in 1912, you know, by two",
    "hundred men, and um it did not freeze over in in winter.",
    "The pilot, he said it's the safest port on the coast.",
    "I mean, not every captain agreed with him, well, at first.",
)
INDEX = TranscriptIndex(transcript(*SAID))


@pytest.mark.parametrize(
    "quote",
    [
        "the harbour was built in 1912",
        "THE HARBOR was built, in 1912",
        "the harbour was built in nineteen twelve",
        "built in 1912 by two hundred men",
        "built in 1912, you know, by 200 men",
        "and it did not freeze over in winter",
        "it did not, um, freeze over in in winter",
        "safest port on the coast. I mean, not every captain",
        "not every captain agreed with him at first",
        "“it's the safest port on the coast”",
    ],
)
def test_true_quotes_are_found(quote: str) -> None:
    assert len(find(INDEX, quote)) == 1


@pytest.mark.parametrize(
    "quote",
    [
        "the harbour was built in 1913",
        "the harbour was built in 1912 by three hundred men",
        "and it did freeze over in winter",
        "and it did not ever freeze over in winter",
        "the harbour was not built in 1912",
        "the pilot said it's the safest port",
        "it's the safest port on the river",
        "it's the safest on the coast",
        "every captain agreed with him",
        "the harbour was built by two hundred men",
        "winter in over freeze",
        "",
        "… ?!",
    ],
)
def test_altered_quotes_are_not(quote: str) -> None:
    if quote == "every captain agreed with him":
        # These words were said, one after another; that "not" stands before them is for the guards to see.
        assert len(find(INDEX, quote)) == 1
    else:
        assert find(INDEX, quote) == []


def test_an_aside_beside_a_negator_may_not_be_cut() -> None:
    index = TranscriptIndex(transcript("He would, you know, not go there again."))
    assert find(index, "he would, you know, not go there")
    assert find(index, "he would not go there") == []


def test_an_aside_that_no_pause_sets_off_belongs_to_the_sentence() -> None:
    index = TranscriptIndex(transcript("Do you know the answer to that, I kind of like it."))
    assert find(index, "do the answer to that") == []
    assert find(index, "I like it") == []


def test_the_transcripts_own_characters_come_back() -> None:
    span = find(INDEX, "and it did not freeze over in winter")[0]
    assert own_words(INDEX, span) == "and um it did not freeze over in in winter."


def test_a_quote_over_two_segments_is_cited_by_the_first() -> None:
    span = find(INDEX, "by two hundred men")[0]
    assert INDEX.text(*span) == "by two hundred men"
    assert INDEX.start_ms(span.first) == 0


@pytest.mark.parametrize(
    ("language", "said", "true", "false"),
    [
        ("ja", "今日は数学の話をします。微分は難しくない。", "数学の話をします", "物理の話をします"),
        ("zh", "我们今天讲神经网络,它不是魔法。", "它不是魔法", "它是魔法"),
        ("ar", "هذه الشبكة لا تتعلم وحدها أبدا", "لا تتعلم وحدها", "تتعلم هذه وحدها"),
        ("ru", "Это не первая книга, э-э, о войне", "не первая книга", "не вторая книга"),
        ("th", "วันนี้อากาศดีมาก", "อากาศดี", "อากาศไม่ดี"),
    ],
)
def test_every_script(language: str, said: str, true: str, false: str) -> None:
    index = TranscriptIndex(transcript(said, language=language))
    assert find(index, true)
    assert not find(index, false)


def test_parts_between_marks_of_omission() -> None:
    assert parts("we went … to [the harbour] and slept...") == ["we went", "to", "and slept"]


_WORDS = [w.strip(".,") for text in SAID for w in text.split()]


@given(st.integers(0, len(_WORDS) - 6), st.integers(4, 12))
def test_what_was_said_is_always_found(first: int, length: int) -> None:
    words = _WORDS[first : first + length]
    assume(words[0] != "hundred")  # "hundred men" is not what "two hundred men" says
    assume(words[-1] != "two")
    assert find(INDEX, " ".join(words))


@given(st.integers(0, len(_WORDS) - 8), st.integers(5, 12), st.data())
def test_one_swapped_word_is_never_accepted(first: int, length: int, data: st.DataObject) -> None:
    words = _WORDS[first : first + length]
    place = data.draw(st.integers(0, len(words) - 1))
    words[place] = data.draw(st.sampled_from(["1913", "never", "river", "zebra", "not-a-word"]))
    assert find(INDEX, " ".join(words)) == []
