import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.reading import read


def _numbers(text: str, language: str = "en") -> list[float]:
    return [n.value for n in read([text], language).numbers.values()]


@pytest.mark.parametrize(
    ("spelled", "digits"),
    [
        ("twenty-five ships", "25 ships"),
        ("two and a bit", "2 and a bit"),
        ("two point five million people", "2.5 million people"),
        ("five thousand", "5,000"),
        ("five thousand", "5k"),
        ("nineteen eighty-four", "1984"),
        ("the twentieth century", "the 20th century"),
        ("eighty percent", "80%"),
        ("a hundred and fifty thousand", "a 150,000"),
        ("four decades", "40"),
    ],
)
def test_spelled_numbers_and_digits_read_alike(spelled: str, digits: str) -> None:
    assert read([spelled], "en").forms == read([digits], "en").forms


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("fünfundzwanzig Leute und 1.500 Tiere", "de", [25, 1500]),
        ("3,5 Prozent", "de", [3.5]),
        ("quatre-vingt-dix", "fr", [90]),
        ("veinticinco", "es", [25]),
        ("250 человек", "ru", [250]),
    ],
)
def test_numbers_of_other_languages(text: str, language: str, values: list[float]) -> None:
    assert _numbers(text, language) == values


@pytest.mark.parametrize("text", ["one of them", "two thirds aside, millions of people", "un homme", "version 1.2.3"])
def test_figures_of_speech_are_no_numbers(text: str) -> None:
    assert all(value == 2 for value in _numbers(text, "fr" if text.startswith("un ") else "en"))


def test_numbers_that_a_comma_parts_stay_apart() -> None:
    assert _numbers("two, three, four") == [2, 3, 4]


def test_a_number_may_span_two_texts() -> None:
    reading = read(["there is a one", "million dollar prize"], "en")
    assert [n.value for n in reading.numbers.values()] == [1_000_000]
    place = next(iter(reading.numbers))
    assert (reading.units[place], reading.end_units[place]) == (0, 1)


@pytest.mark.parametrize(
    ("one", "other"), [("colour", "color"), ("organised", "organized"), ("well-known", "well known")]
)
def test_spellings_of_a_word_read_alike(one: str, other: str) -> None:
    assert read([one], "en").forms == read([other], "en").forms


@pytest.mark.parametrize(("one", "other"), [("four", "for"), ("hour", "hor"), ("rise", "rize"), ("we're", "were")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert read([one], "en").forms != read([other], "en").forms


def test_pauses_and_sentence_ends_are_kept_and_the_end_of_a_text_is_none() -> None:
    reading = read(["We went home", "early, really. Then", "it rained"], "en")
    assert [f for f, apart in zip(reading.forms, reading.apart, strict=True) if apart] == ["we", "really", "then"]
    assert [f for f, stop in zip(reading.forms, reading.stops, strict=True) if stop] == ["then"]


_NUMERALS = "two hundred and million point zero third dozen ½ ² ٣ १२ 1.2.3 5k 80% -3 1940s et un vier,und"
_SPOKEN = st.lists(st.one_of(st.text(max_size=8), st.sampled_from(_NUMERALS.split())), max_size=12).map(" ".join)


@given(st.lists(_SPOKEN, max_size=4), st.sampled_from(["en", "de", "fr", "es", "pt", "it", "nl", "ru", "ja", "und"]))
def test_any_text_can_be_read_and_every_word_knows_its_place(texts: list[str], language: str) -> None:
    reading = read(texts, language)
    for place in range(len(reading.forms)):
        assert reading.forms[place]
        begin = (reading.units[place], reading.starts[place])
        end = (reading.end_units[place], reading.ends[place])
        assert begin < end
        assert end[1] <= len(texts[end[0]])
