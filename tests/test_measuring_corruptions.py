"""Corruptions of a sentence: each does what it says in every language, and keeps off where the result is not sure."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.measuring.denials import insert_denial, remove_denial
from pipeline.measuring.figures import change_number, figures, respell
from pipeline.measuring.honest import abridged, other_case, other_punctuation, without_fillers, written_out
from pipeline.measuring.kinds import Scene
from pipeline.measuring.lexicon import languages, lexicon
from pipeline.measuring.opposites import harden, to_antonym
from pipeline.measuring.statements import Statement
from tests.measuring_talks import said, scene

Edit = Callable[[Scene, Statement], str | None]


def edited(edit: Edit, text: str, language: str = "en", seed: int = 0) -> str | None:
    return edit(scene(text, language, seed=seed), said(text))


def test_every_language_of_the_benchmark_has_data() -> None:
    assert set(languages()) >= {"en", "de", "fr", "es", "pt", "ru", "ja", "zh", "ar", "hi"}
    assert lexicon("pt-BR") is not lexicon("xx")
    assert not lexicon("xx").negators


@pytest.mark.parametrize("language", languages())
def test_no_rule_of_a_language_leaves_its_words_unchanged(language: str) -> None:
    words = lexicon(language)
    for old, new in [*words.negate, *words.affirm, *words.antonyms, *words.harden, *words.rewrites]:
        assert old.casefold() != new.casefold()


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("We sold 1,250 boats and two kites in 1984.", "en", [1250, 2, 1984]),
        ("It weighs 3.5 kilograms of 2,000,000.", "en", [3.5, 2_000_000]),
        ("Es sind 13.000 Knöpfe und zwei Regler.", "de", [13000, 2]),
        ("La ville a trois ponts et 40 églises.", "fr", [3, 40]),
        ("Тут 784 нейрона и три слоя.", "ru", [784, 3]),
        ("يوجد ١٢ جسرا في المدينة", "ar", [12]),
        ("यहाँ १५ पुल और तीन झीलें हैं।", "hi", [15, 3]),
        ("这个网络有三层和16个神经元", "zh", [3, 16]),
        ("このネットワークには二つの層と28ピクセルがあります。", "ja", [2, 28]),
    ],
)
def test_numbers_are_read_by_value_in_any_script(text: str, language: str, values: list[float]) -> None:
    assert [f.value for f in figures(text, lexicon(language))] == values


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The B2B model and GPT4 met at 10:30 on 1.2.3 or 5/6.", "en"),
        ("Twenty-two of three hundred came, four or five left.", "en"),
        ("Somebody gave one answer.", "en"),
        ("这个十分重要, 统一的第三章", "zh"),
        ("हम ने दो", "hi"),
        ("Ein Mann kam mit einer Frau.", "de"),
    ],
)
def test_a_number_that_is_part_of_something_is_left_alone(text: str, language: str) -> None:
    assert figures(text, lexicon(language)) == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Turm ist 98 Meter hoch.", "de"),
        ("It costs 2,500 pounds.", "en"),
        ("We waited three hours.", "en"),
        ("The war ended in 1945.", "en"),
        ("About 0.75 of them stayed.", "en"),
        ("यहाँ १५ पुल हैं।", "hi"),
        ("يوجد ٤٠ جسرا", "ar"),
        ("这里有三个湖", "zh"),
    ],
)
def test_a_changed_number_has_another_value_in_the_same_writing(text: str, language: str, seed: int) -> None:
    changed = change_number(text, lexicon(language), Random(seed), avoid="")
    assert changed is not None
    (old,), (new,) = figures(text, lexicon(language)), figures(changed, lexicon(language))
    assert abs(new.value - old.value) >= (2 if 1000 <= old.value <= 2100 else 0.2 * old.value)
    assert new.spelled == old.spelled
    assert changed[: new.start] == text[: old.start]
    assert changed[new.end :] == text[old.end :]
    if not old.spelled:
        assert {ord(c) - ord("0") > 9 for c in changed[new.start : new.end] if c.isdigit()} == {
            ord(c) - ord("0") > 9 for c in text[old.start : old.end] if c.isdigit()
        }


@given(value=st.integers(1, 10**7), seed=st.integers(0, 99), near=st.integers(1, 99))
def test_a_changed_number_is_never_one_that_is_said_nearby(value: int, seed: int, near: int) -> None:
    text = f"They counted {value:,} stars above the harbour."
    changed = change_number(text, lexicon("en"), Random(seed), avoid=f"and {near} more")
    assert changed is not None
    (new,) = figures(changed, lexicon("en"))
    assert new.value not in {value, near}


@pytest.mark.parametrize(
    ("text", "language", "respelled"),
    [
        ("The crew had 12 oars.", "en", "The crew had twelve oars."),
        ("The crew had twelve oars.", "en", "The crew had 12 oars."),
        ("Es gibt drei Brücken.", "de", "Es gibt 3 Brücken."),
        ("这里有3个湖", "zh", "这里有三个湖"),
        ("The rate is 3% now.", "en", None),
        ("They left in 1984.", "en", None),
    ],
)
def test_a_number_is_respelled_without_changing_its_value(text: str, language: str, respelled: str | None) -> None:
    assert respell(text, lexicon(language), Random(0)) == respelled


@pytest.mark.parametrize(
    ("text", "language", "denied"),
    [
        ("The bridge is open to cyclists.", "en", "The bridge is not open to cyclists."),
        ("Das Boot ist schnell genug für uns.", "de", "Das Boot ist nicht schnell genug für uns."),
        ("Le pont est ouvert aux piétons.", "fr", "Le pont n’est pas ouvert aux piétons."),
        ("El puente es muy antiguo.", "es", "El puente no es muy antiguo."),
        ("A ponte é muito antiga.", "pt", "A ponte não é muito antiga."),
        ("Сеть может распознать цифру.", "ru", "Сеть не может распознать цифру."),
        ("これはとても古い橋です。", "ja", "これはとても古い橋ではありません。"),
        ("我们可以画一条线", "zh", "我们不可以画一条线"),
        ("يمكن للشبكة أن تتعلم", "ar", "لا يمكن للشبكة أن تتعلم"),
        ("यह पुल बहुत पुराना है।", "hi", "यह पुल बहुत पुराना नहीं है।"),
    ],
)
def test_a_denial_is_put_in(text: str, language: str, denied: str) -> None:
    assert edited(insert_denial, text, language) == denied


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The bridge is never open to cyclists.", "en"),
        ("Nobody is sure that the bridge is open.", "en"),
        ("Is the bridge open to cyclists?", "en"),
        ("They asked what the signal was.", "en"),
        ("I wonder whether the bridge is open today.", "en"),
        ("Das Boot ist kaum schneller als wir.", "de"),
        ("Le pont n'est jamais ouvert aux piétons.", "fr"),
        ("El puente nunca es seguro.", "es"),
        ("Сеть никогда может распознать цифру.", "ru"),
        ("この橋は古いです。", "ja"),  # after an adjective it would be no Japanese
        ("我们不可以画一条线", "zh"),
        ("是不是可以画线", "zh"),
        ("قد لا يمكن ذلك", "ar"),
        ("यह पुल पुराना नहीं है।", "hi"),
    ],
)
def test_no_denial_is_put_where_one_is_or_where_it_is_not_sure(text: str, language: str) -> None:
    assert edited(insert_denial, text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "affirmed"),
    [
        ("The ferry doesn't stop here.", "en", "The ferry does stop here."),
        ("The ferry will not stop here.", "en", "The ferry will stop here."),
        ("Wir haben den Hafen nicht gesehen.", "de", "Wir haben den Hafen gesehen."),
        ("Das ist keine Brücke.", "de", "Das ist eine Brücke."),
        ("Le pont n'est pas ouvert.", "fr", "Le pont est ouvert."),
        ("El puente no es seguro.", "es", "El puente es seguro."),
        ("A ponte não está aberta.", "pt", "A ponte está aberta."),
        ("Сеть не может распознать цифру.", "ru", "Сеть может распознать цифру."),
        ("私はこの橋を知りません。", "ja", "私はこの橋を知ります。"),
        ("他没有朋友", "zh", "他有朋友"),
        ("لا يمكن للشبكة أن تتعلم", "ar", "يمكن للشبكة أن تتعلم"),
        ("यह पुल पुराना नहीं है।", "hi", "यह पुल पुराना है।"),
    ],
)
def test_a_denial_is_taken_out(text: str, language: str, affirmed: str) -> None:
    assert edited(remove_denial, text, language) == affirmed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ferry is not only fast.", "en"),
        ("Nobody said that it isn't safe.", "en"),
        ("Why not take the ferry", "en"),
        ("Isn't it safe here?", "en"),
        ("The ferry stops here.", "en"),
        ("Das ist nicht nur schnell.", "de"),
        ("Er ist alt, nicht wahr", "de"),
        ("Ce n'est pas seulement beau.", "fr"),
        ("それは正しいかもしれません。", "ja"),
        ("我不得不走", "zh"),
        ("Это не только быстро.", "ru"),
    ],
)
def test_a_denial_that_denies_nothing_sure_stays(text: str, language: str) -> None:
    assert edited(remove_denial, text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "turned"),
    [
        (
            "Prices increased after the flood.",
            "en",
            {"Prices decreased after the flood.", "Prices increased before the flood."},
        ),
        ("Das ist die größte Brücke.", "de", {"Das ist die kleinste Brücke."}),
        ("C'est une question facile.", "fr", {"C'est une question difficile."}),
        ("Это лучше для города.", "ru", {"Это хуже для города."}),
        ("これは最初の橋です", "ja", {"これは最後の橋です"}),
        ("这是最大的湖", "zh", {"这是最小的湖"}),
    ],
)
def test_a_word_is_turned_into_its_opposite(text: str, language: str, turned: set[str]) -> None:
    assert edited(to_antonym, text, language) in turned


@pytest.mark.parametrize(
    "text",
    [
        "Prices increased, then decreased.",
        "Prices never increased.",
        "Better, better and better.",
        "The highway is wide.",
    ],
)
def test_no_opposite_where_both_are_said_or_it_is_denied_or_repeated(text: str) -> None:
    assert edited(to_antonym, text) is None


@pytest.mark.parametrize(
    ("text", "hardened"),
    [
        ("The ferry might sink in a storm.", "The ferry will sink in a storm."),
        ("Most people walk to the harbour.", "All people walk to the harbour."),
        ("It began in May when the river rose.", None),
        ("It might not sink in a storm.", None),
        ("It might sink, or perhaps it floats.", None),
        ("We might as well walk home.", None),
    ],
)
def test_a_cautious_sentence_is_made_certain(text: str, hardened: str | None) -> None:
    assert edited(harden, text) == hardened


@pytest.mark.parametrize(
    ("edit", "text", "language", "rewritten"),
    [
        (without_fillers, "It was, um, a very long bridge.", "en", "It was a very long bridge."),
        (without_fillers, "It was, you know, a long bridge.", "en", "It was a long bridge."),
        (without_fillers, "I want you to see what I mean by that.", "en", None),
        (without_fillers, "If you know the umbrella, say so.", "en", None),
        (without_fillers, "Das war, äh, eine lange Brücke.", "de", "Das war eine lange Brücke."),
        (written_out, "We're sure they don't mind.", "en", "We are sure they do not mind."),
        (written_out, "It's been a while.", "en", None),
        (other_punctuation, "In 1,500 days, we'll rest; then we sail.", "en", "In 1,500 days we'll rest then we sail"),
        (other_punctuation, "它很大，也很深。", "zh", "它很大也很深"),
        (other_case, "The Ferry and I left.", "en", "the ferry and i left."),
        (other_case, "我们走了", "zh", None),
        (abridged, "And the bridge is really long in the north.", "en", "The bridge is long in the north."),
        (abridged, "So nobody is really sure about the bridge.", "en", None),
        (abridged, "The bridge crosses the river.", "en", None),
    ],
)
def test_an_honest_rewrite_keeps_what_is_said(edit: Edit, text: str, language: str, rewritten: str | None) -> None:
    assert edited(edit, text, language) == rewritten
