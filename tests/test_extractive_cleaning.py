"""Cleaning by deletion, suitability, parts of speech and phrases of the embedded outliner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.tokens import tokens
from pipeline.models.extractive import english
from pipeline.models.extractive.cleaning import clean, is_subsequence
from pipeline.models.extractive.phrases import phrases
from pipeline.models.extractive.profile import profile
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.suitability import Rules, Suitability, judge

EN = profile("en")
STRICT = Rules(whole=True, strict=True)


def judged(line: str, language: str = "en") -> Suitability:
    words = profile(language)
    cleaned = clean(line, words)
    assert cleaned is not None
    return judge(line, cleaned, read(cleaned.text, words), words, STRICT)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("And so Lenin declares a seizure of power.", "Lenin declares a seizure of power."),
        ("So, um, the the network has two layers, you know.", "The network has two layers."),
        ("For example, the valve, you know, opens at four bar.", "The valve opens at four bar."),
        ("Well of course, the pump is loud, right?", "The pump is loud."),
        (">> [music] The harvest begins in May.", "The harvest begins in May."),
        ("It was, it was a very very cold winter", "It was a very very cold winter."),
        ("So far the bridge has held.", "So far the bridge has held."),
        ("iPhones need cobalt.", "iPhones need cobalt."),
    ],
)
def test_only_speech_is_left_out(line: str, text: str) -> None:
    cleaned = clean(line, EN)
    assert cleaned is not None
    assert cleaned.text == text
    assert cleaned.quote in line


@pytest.mark.parametrize(
    "line",
    [
        "I think the treaty was not a success.",
        "Maybe the council never met again after the flood.",
        "Not because of the rain did they leave the valley.",
        "No, they didn't vote for the new canal.",
    ],
)
def test_stance_and_negation_stay(line: str) -> None:
    cleaned = clean(line, EN)
    assert cleaned is not None
    kept = {t.norm for t in tokens(cleaned.text)}
    assert {t.norm for t in tokens(line)} & {"think", "not", "maybe", "never", "no", "didn't"} <= kept


def test_a_run_on_sentence_ends_before_a_clause() -> None:
    line = (
        "The ministry closed nine of the twelve mines in the northern valley during the spring of that year, "
        "which we know from the letters that the engineers wrote home, and they went on writing about it to their "
        "families for many years."
    )
    cleaned = clean(line, EN)
    assert cleaned is not None
    assert cleaned.quote in line
    assert 12 <= len(tokens(cleaned.text)) <= 36


WORD = st.sampled_from(
    ("and", "so", "the", "valve", "um", "not", ",", "you", "know", "I", "think", "power", ".", "but")
)


@given(st.lists(WORD))
def test_the_result_is_a_subsequence_of_its_evidence(words: list[str]) -> None:
    line = " ".join(words)
    cleaned = clean(line, EN)
    if cleaned is not None:
        assert cleaned.quote in line
        assert is_subsequence(cleaned.text, cleaned.quote)


@given(st.text(max_size=120), st.sampled_from(["en", "de", "ru", "ar", "ja", "zh", "fr", "es", "ko", "und"]))
def test_any_text_is_cleaned_without_adding_words(line: str, language: str) -> None:
    cleaned = clean(line, profile(language))
    if cleaned is not None:
        assert cleaned.quote in line
        assert is_subsequence(cleaned.text, line)


def test_a_changed_order_is_no_subsequence() -> None:
    assert is_subsequence("the valve opens", "the old valve often opens")
    assert not is_subsequence("opens the valve", "the valve opens")
    assert not is_subsequence("the valve opens twice", "the valve opens")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Why did the council choose the older bridge over the new one?", "broken"),
        ("Please subscribe to my channel if you liked the history of dams.", "promotion"),
        ("This makes the whole machine much faster than the older design.", "dangling"),
        ("Because the old machine was much slower than the newer design.", "fragment"),
        ("The harvest was early.", "length"),
        ("A very small group of engineers around the old director of works.", "no clause"),
        ("He built a new dam across the river near the northern village.", ""),
        ("The director built a new dam across the river near the village.", ""),
    ],
)
def test_sentences_that_cannot_stand_alone_are_refused(line: str, reason: str) -> None:
    verdict = judged(line)
    assert verdict.reason == reason
    assert (verdict.standing == "no") == bool(reason)


@pytest.mark.parametrize(
    "line",
    [
        "The Canal Act of 1766 offered £5,000 for a plan to carry boats over the hill.",
        "Water falls about thirty feet in the last of the locks.",
        "The pumps on board use copper or bronze valves.",
        "The great cup itself was never given to anyone.",
        "The gauge at the gate tells the keeper how deep the water is.",
        "Before the railways every town in the valley kept its own market day.",
        "If the gate leaks, the keeper closes the upper lock.",
        "Norwich was five minutes ahead of London.",
    ],
)
def test_plain_statements_stand_alone(line: str) -> None:
    assert judged(line).standing == "alone"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("If we can have a peaceful change from within the old guild rather than a riot.", "no clause"),
        ("Since you might not be having access to the old records of the town.", "no clause"),
        ("Bristol and Norwich and several other towns I could name today.", "no clause"),
        ("What happens sometimes in towns where the mayor is not checked by anyone.", "no clause"),
        ("Every second Monday, the first four hundred runners, they earn a medal.", "said twice"),
        ("Make sure the upper gate of the lock is closed at night.", "no clause"),
        ("If somebody has joined us in the fourth race, the map is on the table.", "about the talk"),
        ("The gate of this one was painted by the keeper in the spring.", "about the talk"),
    ],
)
def test_fragments_and_housekeeping_are_refused(line: str, reason: str) -> None:
    assert judged(line).reason == reason


def test_a_sentence_with_he_after_a_date_goes_on_too() -> None:
    assert judged("Around 1722 he built a clock for the stables at Brocklesby Park.").standing == "after"
    assert judged("Because of the flood he built a clock for the stables at the park.").standing == "no"


@pytest.mark.parametrize(
    ("line", "voice"),
    [
        ("The watch found the harbour to within ten miles, three times better than the Act demanded.", "told"),
        ("The Board said that every captain should carry two watches from then on.", "told"),
        ("The harbour office would have allowed two whole minutes of error.", "told"),
        ("Every captain should carry two watches on a voyage to the south.", "view"),
        ("Unfortunately, the council sold the last of the old watches in May.", "view"),
    ],
)
def test_only_judgements_that_nobody_is_named_for_are_views(line: str, voice: str) -> None:
    assert judged(line).voice == voice


def test_what_you_do_reads_worse_than_what_the_keeper_does() -> None:
    keeper = judged("The keeper pours four buckets of tar into the gap of the gate.")
    you = judged("You pour four buckets of tar into the gap of the gate.")
    assert you.quality < keeper.quality - 0.3


def test_a_sentence_that_begins_with_he_only_goes_on() -> None:
    assert judged("He built a new dam across the river near the northern village.").standing == "after"
    assert judged("The director built a new dam across the river near the village.").standing == "alone"


def test_opinions_are_views_and_first_person_reads_worse() -> None:
    told = judged("The director built a new dam across the river near the village.")
    view = judged("I think the director built a new dam across the river near the village.")
    assert (told.voice, view.voice) == ("told", "view")
    assert view.quality < told.quality
    assert judged("World War I broke the empire and its old army apart.").voice == "told"


@pytest.mark.parametrize(
    ("sentence", "finite"),
    [
        ("The engineers walked to the dam", True),
        ("The engineers walking to the dam", False),
        ("A group of people around the mayor", False),
        ("Water power drives the mill", True),
        ("The dam was built in May", True),
    ],
)
def test_finite_verbs_are_told_from_participles(sentence: str, finite: bool) -> None:
    words = [t.norm for t in tokens(sentence)]
    assert english.has_finite_verb(words, english.tag(words, [False] * len(words))) is finite


def found(text: str, language: str = "en") -> set[str]:
    words = profile(language)
    return {p.text for p in phrases(read(text, words), words)}


def test_noun_phrases() -> None:
    assert "seizure of power" in found("They planned the seizure of power in Petrograd.")
    assert "neural networks" in found("He trains neural networks on maps.")
    assert "Vladimir Lenin" in found("The letter was written by Vladimir Lenin.")
    assert not found("It was a lot of things, you know.")
    assert "x28 pixels" not in found("The image has 28x28 pixels of grey.")


def test_noun_phrases_in_other_languages() -> None:
    assert "neuronales Netz" in found("Das ist ein neuronales Netz aus Schichten.", "de")
    assert "réseau de neurones" in found("On entraîne un réseau de neurones ici.", "fr")
    assert "взвешенная сумма" in found("Нужна взвешенная сумма входов.", "ru")
    assert "神経" in " ".join(found("これは神経ネットワークです。", "ja"))
    assert "神经网络" in " ".join(found("我们训练神经网络。", "zh"))
