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
        ("1.234,5 und 1'250 und 2 000", "de", [1234.5, 1250, 2000]),
        ("zweieinhalb Millionen, anderthalb Jahre, ein Dutzend", "de", [2_500_000, 1.5, 12]),
        ("in den achtziger Jahren", "de", [80]),
        ("1 234,5 et deux millions et demi", "fr", [1234.5, 2_500_000]),
        ("trois virgule cinq millions", "fr", [3_500_000]),
        ("vingt pour cent", "fr", [20]),
        ("veintiún mil, un millón y medio", "es", [21_000, 1_500_000]),
        ("el veinte por ciento de dos mil millones", "es", [20, 2e9]),
        ("um milhão e meio, vinte por cento", "pt", [1_500_000, 20]),
        ("двадцати пяти человек, двадцать пять", "ru", [25, 25]),
        ("тысяча девятьсот восемьдесят четвёртый", "ru", [1984]),
        ("два с половиной миллиона, полтора года, 250 тыс.", "ru", [2_500_000, 1.5, 250_000]),
        ("семнадцать миллионов двести тысяч", "ru", [17_200_000]),
        ("пять, шесть", "ru", [5, 6]),
        ("三億2000万と三十五、百二十", "ja", [320_000_000, 35, 120]),
        ("二〇二〇年の八十パーセント", "ja", [2020, 80]),
        ("１２３と千葉と一緒", "ja", [123]),
        ("三亿 两千 一百二十 一百二 两万五", "zh", [3e8, 2000, 120, 120, 25_000]),
        ("百分之二十 三点五 一九八四年 三四个", "zh", [20, 3.5, 1984, 3, 4]),
        ("三万亿 1.5亿 一千零一", "zh", [3e12, 1.5e8, 1001]),
        ("一个 一样 十分好", "zh", []),
        ("삼백이십 명 3억 2000만 원 이천이십년에 서른다섯 만일", "ko", [320, 320_000_000, 2020, 35]),
        ("٢٥ ٣٫٥ ١٬٢٣٤ ۱۲", "ar", [25, 3.5, 1234, 12]),
        ("خمسة وعشرون ألف، خمسة عشر، ثلاثمائة", "ar", [25_000, 15, 300]),
        ("ألف وتسعمائة وأربعة وثمانون، ثلاثة وأربعة", "ar", [1984, 3, 4]),
        ("मैंने १,२३,४५६ और 1,23,456 देखे", "hi", [123_456, 123_456]),
        ("दो लाख पचास हज़ार, उन्नीस सौ चौरासी, साढ़े तीन, डेढ़ करोड़", "hi", [250_000, 1984, 3.5, 15_000_000]),
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


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "20 % der Straße", "zwanzig Prozent der Strasse"),
        ("de", "die Größe", "die Groesse"),
        ("fr", "L’élève n'a que 20 %", "l'eleve n’a que vingt pour cent"),
        ("es", "la música", "la musica"),
        ("ru", "ещё двадцать", "еще 20"),
        ("ar", "بُنِيَ سعـــر الأرض", "بني سعر الارض"),
        ("hi", "बाज़ार वहाँ", "बाजार वहां"),
        ("ja", "人々のﾃﾞｰﾀ", "人人のデータ"),
        ("ja", "ＡＩの２", "AIの2"),
        ("ko", "삼백명", "300명"),
        ("fa", "کتاب‌ها", "كتابها"),
    ],
)
def test_spellings_that_a_language_mixes_up_read_alike(language: str, one: str, other: str) -> None:
    assert read([one], language).forms == read([other], language).forms


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("pt", "é", "e"),
        ("es", "habló", "hablo"),
        ("es", "año", "ano"),
        ("fr", "travaillé", "travaille"),
        ("de", "schön", "schon"),
        ("ja", "1を", "7を"),
        ("zh", "一百零二", "一百二"),
        ("ru", "двадцать пять", "двадцать шесть"),
    ],
)
def test_words_that_differ_in_a_mark_or_a_digit_stay_different(language: str, one: str, other: str) -> None:
    assert read([one], language).forms != read([other], language).forms


def test_latin_words_inside_a_script_without_spaces_stand_alone() -> None:
    assert read(["AI技术的2万个データ"], "ja").forms == ["ai", "技", "术", "的", "#20000", "个", "デ", "ー", "タ"]
