"""Estimates of tokens, against what `o200k` made of the same texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.counting import count_tokens, most_request_tokens, most_tokens, request_tokens
from pipeline.values.exchange import Message, Request
from tests.commands import EXAMPLES
from tests.token_counting import tokens

OTHERS = {
    "de": "Die Uhr ging in fünf Tagen auf See nur wenige Sekunden falsch, und niemand wollte es zuerst glauben.",
    "ru": "За пять дней в море часы отстали всего на несколько секунд, и сначала никто не хотел в это поверить.",
    "ja": "海の上で五日間、時計は数秒しか狂わなかったので、最初は誰も信じようとしませんでした。",
    "zh": "在海上航行的五天里，那只钟只差了几秒钟，起初谁也不愿意相信这件事。",
    "ar": "خلال خمسة أيام في البحر لم تخطئ الساعة إلا بضع ثوان، ولم يرد أحد أن يصدق ذلك في البداية.",
    "hi": "समुद्र में पाँच दिनों में घड़ी केवल कुछ सेकंड गलत हुई, और पहले कोई इस पर विश्वास नहीं करना चाहता था।",
    "json": '{"claims":[{"evidence":["32: The first tower out there was cast iron, they lit it in 1854"],'
    '"subject":"The first tower","predicate":"was lit in 1854.","voice":"told"}],"callouts":[]}',
}
# as `o200k` counts them
COUNTED = {"de": 20, "ru": 24, "ja": 32, "zh": 31, "ar": 28, "hi": 27, "json": 52}
FILES = {"chronometer-interview.en.srt": 4_005, "gps-time.en.vtt": 20_920, "longitude-lecture.en.vtt": 8_413}


@pytest.mark.parametrize("name", sorted(FILES))
def test_long_texts_are_estimated_within_a_twentieth(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    assert abs(count_tokens(text) / FILES[name] - 1) < 0.05
    assert abs(tokens(text) / FILES[name] - 1) < 0.05, "the scripted server counts like a provider"


@pytest.mark.parametrize("language", sorted(OTHERS))
def test_sentences_of_other_languages_are_estimated_within_a_fifth(language: str) -> None:
    assert abs(count_tokens(OTHERS[language]) / COUNTED[language] - 1) < 0.2


@pytest.mark.parametrize("text", [*OTHERS.values(), "!?" * 50, "a b c d " * 20, "ZQXJ" * 20, "🙂" * 9, "é\u0301" * 9])
def test_the_most_is_more(text: str) -> None:
    assert most_tokens(text) >= count_tokens(text) or len(text.encode()) < 60
    assert most_tokens(text) >= tokens(text) or not text.isalpha()


def test_the_most_is_more_for_every_text_that_was_counted() -> None:
    assert all(most_tokens(OTHERS[language]) > COUNTED[language] for language in OTHERS)
    assert all(most_tokens((EXAMPLES / n).read_text(encoding="utf-8")) > FILES[n] for n in FILES)


@given(st.text(), st.text())
def test_two_texts_take_about_what_each_takes(one: str, two: str) -> None:
    assert count_tokens(f"{one}\n\n{two}") <= count_tokens(one) + count_tokens(two) + 4
    assert most_tokens(one + two) <= most_tokens(one) + most_tokens(two)


@given(st.text())
def test_any_text_can_be_counted(text: str) -> None:
    assert 0 <= count_tokens(text) <= 4 * len(text) + 1
    assert most_tokens(text) >= 1


def test_a_request_is_its_messages_and_the_form_of_its_answer() -> None:
    bare = Request(
        model="m", base_url=None, messages=(), schema_name="outline_draft", schema_text="{}", max_tokens=1_000
    )
    asked = bare.model_copy(update={"messages": (Message(role="user", content=OTHERS["de"]),)})
    formed = asked.model_copy(update={"schema_text": OTHERS["json"]})
    assert request_tokens(bare) < request_tokens(asked) < request_tokens(formed) < most_request_tokens(formed)
