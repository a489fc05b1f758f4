import tomllib
from pathlib import Path

import pytest

from pipeline.language.coverage import coverage
from pipeline.language.negation import find_negations, negators, turned_by_prefix
from pipeline.language.reading import read

DATA = sorted((Path(__file__).parents[1] / "pipeline" / "language" / "data").glob("*.toml"))


def _denied(text: str, language: str) -> list[str]:
    reading = read([text], language)
    return ["".join(reading.forms[place : place + size]) for place, size in reading.negations.items()]


@pytest.mark.parametrize(
    ("language", "text", "negations"),
    [
        ("de", "Er kommt nicht, und niemand hat ein Boot ohne Segel.", ["nicht", "niemand", "ohne"]),
        ("de", "Nicht nur er kam, sondern auch sie.", []),
        ("de", "Nein, er kam.", []),
        ("fr", "Il ne vient pas.", ["pas"]),
        ("fr", "J'sais pas, il n'est plus là.", ["pas", "plus"]),
        ("fr", "Il n'a que deux bateaux, plus grands que le mien.", []),
        ("fr", "Personne ne le savait, et la personne non plus.", ["personne"]),
        ("fr", "Sans aucun doute ; il ne cesse de parler.", ["sans", "ne"]),
        ("es", "No tiene nada, y nunca vino.", ["no", "nunca"]),
        ("es", "No solo vino, sin embargo se fue.", []),
        ("pt", "Ninguém veio, não sei de nada.", ["ninguém", "não"]),
        ("it", "Non c'è mai nessuno, ma non solo.", ["non"]),
        ("ru", "Никто не знал об этом, нельзя.", ["не", "нельзя"]),
        ("ru", "Тем не менее не только он, кто бы ни был.", []),
        ("ja", "水は凍らない。行きませんでした。知らずに飲んだ。", ["ない", "ません", "らず"]),
        ("ja", "行くしかない。かもしれない。しなければならない。必ず。少ない。だけでなく", []),
        ("zh", "我没有去,他不知道。", ["没有", "不"]),
        ("zh", "他是不是不同?不仅如此,非常好,差不多,不得不去。", []),
        ("ar", "لا يعرف ولم يذهب بدون صديق", ["لا", "ولم", "بدون"]),
        ("ar", "لا يزال هناك، ولا شك في ذلك غير أنه ذهب", ["ولا"]),
        ("hi", "वह नहीं आया, बिना बताए।", ["नहीं", "बिना"]),
        ("hi", "न केवल वह, बल्कि कोई न कोई।", []),
        ("ko", "가지 않았다. 안 갔다. 없다.", ["않았다", "안", "없다"]),
        ("ko", "뿐만 아니라 끊임없이", []),
        ("en", "He does not know.", []),
        ("und", "not nicht", []),
    ],
)
def test_what_denies_and_what_does_not(language: str, text: str, negations: list[str]) -> None:
    assert _denied(text, language) == negations


def test_an_empty_row_denies_nothing() -> None:
    assert find_negations([], [], "de") == {}


def test_a_prefix_turns_a_word_round() -> None:
    assert turned_by_prefix("unbekannt", "bekannt", "de")
    assert turned_by_prefix("возможно", "невозможно", "ru")
    assert not turned_by_prefix("unten", "ten", "de")
    assert not turned_by_prefix("unknown", "known", "ja")


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_every_file_of_data_can_be_read_and_negates(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert negators(path.stem)
    pairs = [pair.split("/") for pair in data.get("opposites", "").split()]
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    for value in data.get("numbers", {}).get("values", {}):
        assert float(value) >= 0


def test_a_language_says_what_it_has_no_data_for() -> None:
    assert coverage("en-GB").missing == ()
    assert coverage("pt-BR").missing == ()
    assert coverage("zh-Hans").missing == ("hedges",)
    assert coverage("th").missing == ("numbers in words", "negation", "opposites", "hedges")
    assert not coverage("und").stop_words
