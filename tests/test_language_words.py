from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.language.fillers import fillers
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words


@pytest.mark.parametrize(
    ("language", "grammar", "matter"),
    [("en", "the", "computer"), ("de-AT", "und", "regierung"), ("ru", "что", "правительство"), ("fr", "les", "roi")],
)
def test_stop_words_hold_grammar_and_not_matter(language: str, grammar: str, matter: str) -> None:
    assert grammar in stop_words(language)
    assert matter not in stop_words(language)


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert stop_words("tlh") == frozenset()
    assert stop_words("und") == frozenset()


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "constraints", "constraint"),
        ("en-GB", "stalin's", "stalin"),
        ("de", "regierungen", "regierung"),
        ("ru", "книги", "книга"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert stem("図", "ja") == "図"
    assert stem("words", "und") == "words"


def test_stems_are_the_same_from_many_threads() -> None:
    words = [f"{a}{b}" for a in ("organ", "walk", "nation", "relat") for b in ("ize", "ing", "al", "ional", "ed")] * 50
    stem.cache_clear()
    alone = [stem(w, "en") for w in words]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda w: stem(w, "en"), words)) == alone


def test_fillers_are_sounds_and_never_words_of_the_language() -> None:
    assert {"um", "uh"} <= fillers("en-US")
    assert "um" not in fillers("de")
    assert "um" not in fillers("pt")
    assert "er" not in fillers("de")
    assert "äh" in fillers("de")
    assert "euh" in fillers("fr")
    assert not {"not", "like", "no"} & fillers("en")
    assert "um" not in fillers("und")
