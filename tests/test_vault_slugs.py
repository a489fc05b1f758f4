import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.vault.slugs import PageKey, Wish, assign, fold, slug


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Stalin and his rise to power", "stalin_and_his_rise_to_power"),
        ("Stalin's ideology and methods", "stalins_ideology_and_methods"),
        ("Stalin’s ideology", "stalins_ideology"),
        ("lexfridman", "lexfridman"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\Windows\\x", "c_windows_x"),
        (".hidden", "hidden"),
        ("...", "untitled"),
        ("", "untitled"),
        ("🙂", "untitled"),
        ("CON", "con_page"),
        ("com1", "com1_page"),
        ("nul", "nul_page"),
        ("Über Größe", "über_größe"),
        ("U\u0308ber", "über"),
        ("Сталин и власть", "сталин_и_власть"),
        ("量子力学とは", "量子力学とは"),
        ("हिन्दी भाषा", "हिन्दी_भाषा"),
        ("a | b # c [[d]] ^e", "a_b_c_d_e"),
    ],
)
def test_slugs(title: str, expected: str) -> None:
    assert slug(title) == expected


@settings(max_examples=300, deadline=None)
@given(title=st.one_of(st.text(max_size=300), st.text(alphabet="日本語ß_- aİ", max_size=300)))
def test_a_slug_is_safe_whatever_the_title(title: str) -> None:
    made = slug(title)
    assert 1 <= len(made) <= 85
    assert len(made.encode()) <= 205
    assert regex.fullmatch(r"[\p{L}\p{M}\p{N}_]+", made)
    assert made == made.strip("_") == unicodedata.normalize("NFC", made)
    assert slug(made) == made


def key(title: str, video: str = "a") -> PageKey:
    return PageKey(kind="note", video=video, title=title)


def test_a_slug_once_given_stays() -> None:
    given_before = {key("Power"): "power_of_old"}
    assert assign([Wish(key=key("Power"))], given_before, ["power_of_old", "power"]) == {key("Power"): "power_of_old"}


def test_a_collision_gets_a_readable_suffix_and_then_a_number() -> None:
    wishes = [Wish(key=key("Power", v), suffixes=("lexfridman", f"Talk {v[0]}")) for v in ("a", "b", "bb", "bbb")]
    assert list(assign(wishes, {}, []).values()) == ["power", "power_lexfridman", "power_talk_b", "power_2"]


def test_names_that_differ_in_case_alone_are_one_file() -> None:
    wishes = [Wish(key=key("Straße")), Wish(key=key("STRASSE"))]
    first, second = assign(wishes, {}, ["Foo"]).values()
    assert fold(first) != fold(second)
    assert assign([Wish(key=key("foo"))], {}, ["FOO"]) == {key("foo"): "foo_2"}


def test_an_older_page_keeps_its_name_whatever_the_order() -> None:
    old, new = Wish(key=key("Power", "old")), Wish(key=key("Power", "new"))
    given_before = {old.key: "power"}
    for wishes in ([old, new], [new, old]):
        assert assign(wishes, given_before, ["power"]) == {old.key: "power", new.key: "power_2"}
