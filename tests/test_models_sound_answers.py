"""Answers that are bad as a whole: in circles, in another language, copied; and near misses, which are none of it."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.stages.draft import header_of, outline_request, read_outline
from pipeline.stages.exchanging import NotJson, Truncated
from pipeline.stages.salvaging import loop_start, whole_items
from pipeline.stages.soundness import (
    Copied,
    Ground,
    OtherLanguage,
    Repeating,
    foreign,
    repeated,
    sound_outline,
    sound_plan,
)
from pipeline.values.draft import DraftClaim, DraftEvidence, DraftNote, DraftSection, DraftStep, OutlineDraft, PlanDraft
from pipeline.values.exchange import Reply, Usage
from pipeline.values.script import Script
from tests.building import script

TALKS = {
    "en": (
        "The first lighthouse at the point was built of cast iron and it was lit in the autumn of that year.",
        "It was not the waves that worried the keepers, it was the shaking of the whole tower in the wind.",
        "Every winter the lamp glass broke because of it, and they had to send for another one from the mainland.",
        "My grandfather used to say that nobody who had slept in the old tower was ever afraid of a storm again.",
        "Later they built it once more in granite, and I think it must have been about forty metres high.",
    ),
    "de": (
        "Der erste Leuchtturm an der Spitze war aus Gusseisen gebaut und wurde im Herbst dieses Jahres entzündet.",
        "Es waren nicht die Wellen, die den Wärtern Sorgen machten, es war das Schwanken des ganzen Turms im Wind.",
        "Jeden Winter zerbrach deshalb das Glas der Lampe, und man musste ein neues vom Festland kommen lassen.",
        "Mein Großvater sagte immer, wer im alten Turm geschlafen hat, der fürchtet sich nie wieder vor einem Sturm.",
        "Später haben sie ihn noch einmal aus Granit gebaut, und ich glaube, er war ungefähr vierzig Meter hoch.",
    ),
    "es": (
        "El primer faro de la punta estaba hecho de hierro fundido y lo encendieron en el otoño de aquel año.",
        "No eran las olas lo que preocupaba a los fareros, era el temblor de toda la torre con el viento.",
        "Cada invierno se rompía por eso el cristal de la lámpara y había que pedir otro a tierra firme.",
        "Mi abuelo decía siempre que quien había dormido en la torre vieja nunca más tenía miedo de una tormenta.",
        "Más tarde la construyeron otra vez en granito, y creo que tenía unos cuarenta metros de altura.",
    ),
    "fr": (
        "Le premier phare de la pointe était en fonte et on l'a allumé à l'automne de cette année-là.",
        "Ce n'étaient pas les vagues qui inquiétaient les gardiens, c'était le tremblement de toute la tour.",
        "Chaque hiver le verre de la lampe se brisait à cause de cela, et il fallait en faire venir un autre.",
        "Mon grand-père disait que celui qui avait dormi dans la vieille tour n'avait plus jamais peur d'une tempête.",
        "Plus tard ils l'ont reconstruite en granit, et je crois qu'elle faisait environ quarante mètres de haut.",
    ),
    "ru": (
        "Первый маяк на мысу был построен из чугуна, и его зажгли осенью того же года.",
        "Смотрителей беспокоили не волны, их беспокоило то, что вся башня дрожала на ветру.",
        "Каждую зиму из-за этого разбивалось стекло лампы, и приходилось заказывать другое с материка.",
        "Мой дед говорил, что тот, кто спал в старой башне, больше никогда не боялся бури.",
        "Позже её построили ещё раз из гранита, и я думаю, она была около сорока метров в высоту.",
    ),
    "ja": (
        "岬の最初の灯台は鋳鉄でできていて、その年の秋に点灯されました。",
        "灯台守を悩ませたのは波ではなく、風で塔全体が揺れることでした。",
        "そのため毎年冬になるとランプのガラスが割れて、本土から取り寄せなければなりませんでした。",
        "祖父はよく、古い塔で眠ったことのある人は二度と嵐を怖がらないと言っていました。",
        "その後、花崗岩で建て直されて、高さは四十メートルほどだったと思います。",
    ),
    "zh": (
        "岬角上的第一座灯塔是用铸铁建造的，那年秋天点亮了灯。",
        "让守塔人担心的不是海浪，而是整座塔在风中摇晃。",
        "因此每年冬天灯罩的玻璃都会碎，只好从大陆再运一个过来。",
        "我祖父常说，在旧塔里睡过觉的人再也不会害怕暴风雨。",
        "后来他们用花岗岩重新建了一座，我想大约有四十米高。",
    ),
    "ar": (
        "كانت المنارة الأولى على الرأس مبنية من الحديد الزهر وأضيئت في خريف ذلك العام.",
        "لم تكن الأمواج هي التي تقلق الحراس بل كان اهتزاز البرج كله في الريح.",
        "في كل شتاء كان زجاج المصباح ينكسر بسبب ذلك وكان عليهم أن يطلبوا غيره من البر.",
        "كان جدي يقول دائما إن من نام في البرج القديم لا يخاف من العاصفة بعد ذلك أبدا.",
        "وفي ما بعد بنوه مرة أخرى من الجرانيت وأظن أن ارتفاعه كان حوالي أربعين مترا.",
    ),
}
PROMPTS = PromptFolder()
SETTINGS = ModelSettings(base_url="http://127.0.0.1:1/v1")


def ground(language: str, texts: tuple[str, ...] = (), header: str | None = None) -> Ground:
    spoken = script(*(texts or TALKS[language]), language=header or language)
    request = outline_request(spoken, spoken.chunks[0], header_of(spoken), PROMPTS, SETTINGS)
    return Ground(request, header or language)


def claim(text: str, quote: str = "as it was said", line: int = 1) -> DraftClaim:
    return DraftClaim(evidence=(DraftEvidence(line=line, quote=quote),), subject="tower", text=text, voice="told")


def outline(*texts: str) -> OutlineDraft:
    return OutlineDraft(claims=tuple(claim(text) for text in texts), callouts=())


def retold(language: str) -> list[str]:
    """The lines without every fifth word: as free as a claim is."""
    spaced = " " in TALKS[language][0]
    return [
        " ".join(w for i, w in enumerate(text.split()) if i % 5) if spaced else text[2:] for text in TALKS[language]
    ]


@pytest.mark.parametrize("language", TALKS)
def test_an_answer_in_its_own_language_is_never_foreign(language: str) -> None:
    assert foreign(retold(language), ground(language)) is None
    assert foreign(retold(language), ground(language, header="und")) is None


@pytest.mark.parametrize("asked", TALKS)
@pytest.mark.parametrize("answered", TALKS)
def test_an_answer_in_another_language_is_found(asked: str, answered: str) -> None:
    if asked != answered:
        assert foreign(TALKS[answered], ground(asked)) == answered
        with pytest.raises(OtherLanguage, match=answered):
            sound_outline(outline(*TALKS[answered]), ground(asked))


def test_of_an_answer_in_two_languages_the_claims_in_the_right_one_are_kept() -> None:
    mixed = outline(*TALKS["de"], *TALKS["de"][::-1], TALKS["en"][0])
    with pytest.raises(OtherLanguage) as caught:
        sound_outline(mixed, ground("en"))
    assert caught.value.kept == outline(TALKS["en"][0])


NEAR = {
    "names": ["Guillermo del Toro, Alejandro González Iñárritu y Alfonso Cuarón directed El laberinto del fauno."] * 3,
    "code": ["for i in range(len(rows)): total += rows[i].price * rate  # de la", "SELECT el, la, los FROM de WHERE y"],
    "short": ["Der Turm war nicht hoch und aus Eisen."],
    "numbers": ["1854 1855 1856 40 m 3.5 km 12 % 1854 1855 1856 40 m 3.5 km 12 % 17 18 19 20 21 22"],
    "titles": ["Die Zeit and Le Monde wrote about the tower; La Stampa and El País did not write about it at all."],
}


@pytest.mark.parametrize("kind", NEAR)
def test_names_code_numbers_and_short_answers_say_nothing_of_a_language(kind: str) -> None:
    assert foreign(NEAR[kind], ground("en", (*TALKS["en"], *NEAR[kind][:1]))) is None
    assert foreign(NEAR[kind][:1], ground("en")) is None


def test_a_talk_that_quotes_another_language_may_be_answered_with_its_words() -> None:
    texts = (*TALKS["en"], *TALKS["de"])
    assert foreign(TALKS["de"], ground("en", texts)) is None, "the lines say it so"


def test_the_lines_count_where_the_label_of_a_transcript_is_wrong() -> None:
    assert foreign(TALKS["de"], ground("de", header="en")) is None
    assert foreign(TALKS["en"], ground("de", header="en")) is None, "asked for by the header"
    assert foreign(TALKS["fr"], ground("de", header="en")) == "fr"


@pytest.mark.parametrize(("asked", "answered"), [("no", "da"), ("da", "no"), ("pt", "gl"), ("uk", "ru")])
def test_close_relatives_are_told_apart_only_where_it_is_plain(asked: str, answered: str) -> None:
    danish = "Det første fyr på odden blev bygget af støbejern og tændt om efteråret, og det var ikke bølgerne der var"
    portuguese = "O primeiro farol da ponta era de ferro fundido e não eram as ondas o que preocupava os faroleiros da"
    ukrainian = "Перший маяк на мисі був збудований з чавуну і його засвітили восени того ж року бо так було треба"
    lines = {"da": danish, "no": danish, "pt": portuguese, "gl": portuguese, "uk": ukrainian, "ru": ukrainian}
    own = [" ".join(lines[answered].split()[::-1])]
    assert foreign(own, ground(asked, (lines[asked],) * 3)) is None


ANSWER = next(line for line in ground("en").instructions.splitlines() if line.startswith('{"claims"'))
EXAMPLE = OutlineDraft.model_validate(json.loads(ANSWER)).claims
RULES = [line for line in ground("en").instructions.splitlines() if 60 < len(line) < 400 and "{" not in line][:4]


def test_the_example_of_the_prompt_is_no_claim_of_the_talk() -> None:
    own = "The light of the harbour was put out by the war and lit again in the spring."
    spoken = ground("en", ("We put out the light of the harbour in the war.", "It was lit again in the spring."))
    assert sound_outline(OutlineDraft(claims=(claim(own), EXAMPLE[2]), callouts=()), spoken) == outline(own)
    with pytest.raises(Copied) as caught:
        sound_outline(OutlineDraft(claims=(claim(own), *EXAMPLE), callouts=()), spoken)
    assert caught.value.kept == outline(own)


def test_instructions_given_as_claims_are_copied() -> None:
    assert len(RULES) == 4
    with pytest.raises(Copied):
        sound_outline(outline(*RULES), ground("en"))


def test_a_quote_from_the_example_is_copied_too() -> None:
    stolen = claim("Iron towers were lit early.", EXAMPLE[0].evidence[0].quote)
    with pytest.raises(Copied):
        sound_outline(OutlineDraft(claims=(stolen,), callouts=()), ground("en"))


def test_a_talk_may_say_what_the_instructions_say() -> None:
    talk = (RULES[0], RULES[1])
    assert sound_outline(outline(talk[0]), ground("en", talk)) == outline(talk[0])


def plan(*titles: str, heading: str = "Storms") -> PlanDraft:
    steps = (DraftStep(join="", claim=1),)
    sections = (DraftSection(heading=heading, paragraphs=(steps,), callout=0),)
    notes = tuple(DraftNote(title=t, aliases=(), lead=steps, callout=0, sections=sections) for t in titles)
    return PlanDraft(entities=(), notes=notes, unused=())


def test_the_titles_of_the_example_are_no_plan() -> None:
    spoken = script(*TALKS["en"])
    messages = PROMPTS.messages("plan", header_of(spoken)._asdict() | PLANNED)
    request = ground("en").request.model_copy(update={"messages": messages})
    named = re.findall(r'"(?:title|heading)": ?"([^"]+)"', messages[0].content)
    long = [title for title in named if len(title.split()) > 1]
    assert long
    with pytest.raises(Copied):
        sound_plan(plan(*long, heading=long[0]), Ground(request, "en"))
    assert sound_plan(plan("Lighthouses"), Ground(request, "en"))
    with pytest.raises(OtherLanguage):
        sound_plan(plan(*TALKS["es"]), Ground(request, "en"))


PLANNED: dict[str, Any] = {
    "claims": [
        {"part": 1, "claims": [{"number": i, "text": text, "voice": "told"} for i, text in enumerate(TALKS["en"], 1)]}
    ],
    "quotes": [],
    "least_notes": 1,
    "most_notes": 2,
    "least_claims": 5,
}


def test_a_long_heading_that_shares_no_word_with_the_claims_is_left_out() -> None:
    spoken = script(*TALKS["en"])
    messages = PROMPTS.messages("plan", header_of(spoken)._asdict() | PLANNED)
    here = Ground(ground("en").request.model_copy(update={"messages": messages}), "en")
    told = [
        sound_plan(plan("Lighthouses", heading=heading), here).notes[0].sections[0].heading
        for heading in ("Purple elephants negotiated seventeen treaties", "Early days", "How the keepers lived")
    ]
    assert told == ["", "Early days", "How the keepers lived"]


SPOKEN: Script = script(*TALKS["en"])


def reply(text: str, *, cut: bool = False) -> Reply:
    return Reply(text=text, finish="length" if cut else "stop", model="m", usage=Usage())


def as_json(*claims: DraftClaim) -> str:
    return json.dumps({"claims": [c.model_dump() for c in claims], "callouts": []})


GOOD = tuple(claim(text, text, number) for number, text in enumerate(TALKS["en"], 1))


def test_the_same_claim_again_and_again_is_bad_and_is_kept_once() -> None:
    again = [GOOD[0].model_copy(update={"evidence": (DraftEvidence(line=i, quote="lit"),)}) for i in range(1, 20)]
    with pytest.raises(Repeating) as caught:
        read_outline(reply(as_json(*again, GOOD[1])), SPOKEN.chunks[0])
    assert caught.value.kept == OutlineDraft(claims=(again[0], GOOD[1]), callouts=())


def test_a_claim_given_a_few_times_is_a_slip() -> None:
    assert len(read_outline(reply(as_json(*GOOD, *GOOD[:3])), SPOKEN.chunks[0]).claims) == len(GOOD)
    assert not repeated(["a b", "a c", "a d", "a e", "a f", "a g", "a h"])
    assert not repeated([f"In the year {year} the lamp was lit." for year in range(1800, 1840)])


@pytest.mark.parametrize(
    "round_", ["the lamp ", "lit and lit and put out again, said the old keeper; ", "\n", "と言い", "a"]
)
def test_a_string_that_goes_in_circles_until_the_limit_is_a_loop(round_: str) -> None:
    whole = as_json(*GOOD[:2])[: -len('], "callouts": []}')]
    text = f'{whole}, {{"evidence": [{{"line": 3, "quote": "{round_ * (600 // len(round_))}'
    for cut in (True, False):
        with pytest.raises(Repeating) as caught:
            read_outline(reply(text, cut=cut), SPOKEN.chunks[0])
        assert caught.value.kept == OutlineDraft(claims=GOOD[:2], callouts=())


def test_claims_that_come_in_rounds_until_the_limit_are_a_loop() -> None:
    rounds = json.dumps([c.model_dump() for c in GOOD * 8])[1:-1]
    with pytest.raises(Repeating) as caught:
        read_outline(reply('{"claims": [' + rounds[:-40], cut=True), SPOKEN.chunks[0])
    assert caught.value.kept == OutlineDraft(claims=GOOD, callouts=())


def test_an_answer_that_is_only_too_long_is_no_loop_and_keeps_its_whole_claims() -> None:
    with pytest.raises(Truncated) as caught:
        read_outline(reply(as_json(*GOOD)[:-160], cut=True), SPOKEN.chunks[0])
    assert not isinstance(caught.value, Repeating)
    assert caught.value.kept == OutlineDraft(claims=GOOD[:4], callouts=())


def test_prose_keeps_nothing() -> None:
    with pytest.raises(NotJson) as caught:
        read_outline(reply("Sure! Here are the claims you asked for."), SPOKEN.chunks[0])
    assert caught.value.kept == OutlineDraft(claims=(), callouts=())


@pytest.mark.parametrize(
    "text", ["no, no, no, no, no", "ha " * 20, "x" * 100, "", "a", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"]
)
def test_a_refrain_is_no_loop(text: str) -> None:
    assert loop_start(text) is None


@given(st.text(min_size=0, max_size=50), st.text(min_size=1, max_size=60), st.integers(4, 12), st.integers(0, 59))
def test_every_loop_is_found_from_its_second_round_at_the_latest(
    before: str, round_: str, times: int, rest: int
) -> None:
    text = before + round_ * (times + 160 // len(round_)) + round_[: rest % len(round_)]
    if text.strip() == text:
        start = loop_start(text)
        assert start is not None
        assert start <= len(before) + len(round_)


@given(st.text())
def test_whole_items_never_raise_and_are_a_beginning(text: str) -> None:
    items = [{"a": text}, {"b": [text, text]}, {"c": 1}]
    whole = json.dumps({"claims": items})
    assert whole_items(whole, "claims") == items
    cut = whole_items(whole[: len(text) % len(whole)], "claims")
    assert cut == items[: len(cut)]
    assert whole_items(text, "claims") == [] or "claims" in text
