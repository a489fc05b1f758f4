from collections.abc import Sequence

import pytest

from pipeline.settings import NotesPolicy
from pipeline.stages.compose import compose
from pipeline.stages.compose.names import Corpus
from pipeline.stages.compose.saying import bare
from pipeline.values.draft import DraftEntity, DraftNote, DraftStep
from pipeline.values.note import Names, Note, PageLink, Paragraph
from tests.note_building import Builder, note, person, plan_draft, section, settled, stalin, steps

STALIN = person("Stalin", "Stalin")
LENIN = person("Lenin", "Lenin")


def shown(paragraph: Paragraph) -> str:
    """The paragraph as read: citations as seconds in brackets."""
    return " ".join(
        "".join(
            f" [{p.time_ms // 1000}]" if p.kind == "cite" else f" ({p.text})" if p.kind == "mark" else p.text
            for p in sentence.parts
        )
        + sentence.end
        for sentence in paragraph
    )


def notes_of(
    b: Builder,
    *drafts: DraftNote,
    entities: Sequence[DraftEntity] = (),
    policy: NotesPolicy | None = None,
    **about: object,
) -> tuple[Note, ...]:
    script = b.script(**about)
    outline = b.outline(script)
    doubtful = policy.doubtful if policy else "mark"
    plan = settled(plan_draft(*drafts, entities=entities), outline, doubtful=doubtful)
    links = tuple(PageLink(slug=f"note_{i}", text=n.title) for i, n in enumerate(plan.notes))
    names = Names(video=PageLink(slug="video", text="Video"), channel=None, notes=links)
    return compose(plan, outline, script.transcript, names, policy or NotesPolicy())


def written(b: Builder, *claims: DraftStep, entities: Sequence[DraftEntity] = (STALIN, LENIN), **about: object) -> str:
    (made,) = notes_of(b, note("Topic", claims), entities=entities, policy=None, **about)
    return shown(made.lead.paragraphs[0])


def test_the_sample_reads_as_an_article() -> None:
    made = stalin()
    links = tuple(PageLink(slug=f"n{i}", text=n.title) for i, n in enumerate(made.plan.notes))
    names = Names(video=PageLink(slug="v", text="V"), channel=None, notes=links)
    rise, coup = compose(made.plan, made.outline, made.transcript, names, NotesPolicy())
    assert shown(rise.lead.paragraphs[0]) == (
        "Joseph Stalin came to power along with Vladimir Lenin in the seizure of power of October 1917 [0]. "
        "Stalin used the post of general secretary to create a personal dictatorship [10]. "
        "According to Stephen Kotkin, Stalin was a product of circumstances and not solely of his own drive [21]."
    )
    assert shown(rise.sections[0].paragraphs[0]) == (
        "Stalin took no part in World War I and spent it in exile in Siberia [31]. He was able to leave Eastern "
        "Siberia only when the czarist autocracy fell [42]. He was called up briefly towards the end of the war [52]."
    )
    assert shown(rise.sections[1].paragraphs[0]) == (
        "Stalin was cunning, ruthless and a workaholic [63]. He also had a phenomenal memory for people's names [73]. "
        "His memory was very advantageous to the machine that he built [84]."
    )
    assert shown(coup.lead.paragraphs[0]) == (
        "The Bolsheviks carried out a coup against all the other socialists [126]. "
        "They won a civil war (doubtful) [136]."
    )
    assert shown(coup.sections[0].paragraphs[0]) == (
        "Vladimir Lenin was the undisputed leader of the Bolshevik party [94]. He made Joseph Stalin general "
        "secretary in the spring of 1922 [105]. Lenin had a major stroke less than six weeks later [115]."
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Stalin was ruthless", "Stalin worked hard", "He worked hard"),
        ("Stalin was ruthless", "Stalin's memory was good", "His memory was good"),
        ("Stalin met Lenin", "Stalin worked hard", "Stalin worked hard"),  # he could be Lenin
        ("Stalin met Trotsky", "Stalin worked hard", "Stalin worked hard"),  # nobody told us of Trotsky
        ("Stalin met Trotsky", "Stalin's memory was good", "Stalin's memory was good"),
        ("Stalin was ruthless", "Stalin and Lenin worked hard", "Stalin and Lenin worked hard"),
        ("Stalin was ruthless", "Stalin, who was ill, worked", "Stalin, who was ill, worked"),
        ("Stalin was ruthless", "Stalin Prize winners were rich", "Stalin Prize winners were rich"),
        ("Stalin was ruthless", "Stalin-era buildings were huge", "Stalin-era buildings were huge"),
        ("Power suited Stalin", "Stalin worked hard", "Stalin worked hard"),
        ("Stalin was ruthless in March", "Stalin worked in Georgia", "He worked in Georgia"),
    ],
)
def test_a_pronoun_stands_only_for_whom_it_must_mean(first: str, second: str, expected: str) -> None:
    b = Builder()
    claims = steps(b.claim(first, "Stalin"), b.claim(second, "Stalin"))
    assert written(b, *claims) == f"{first} [0]. {expected} [10]."


def test_a_pronoun_needs_the_same_subject_and_paragraph() -> None:
    b = Builder()
    one, two = b.claim("Stalin was ruthless", "Stalin"), b.claim("Stalin worked hard", "The Politburo")
    three, four = b.claim("Stalin slept late", "Stalin"), b.claim("Stalin ate well", "Stalin")
    five = b.claim("Lenin ate well", "Lenin")
    (made,) = notes_of(
        b, note("Topic", steps(one), section("S", steps(two, three), steps(four, five))), entities=(STALIN,)
    )
    text = " ".join(shown(p) for s in made.all_sections for p in s.paragraphs)
    assert " He " not in text


def test_they_does_not_take_a_singular_verb() -> None:
    b = Builder()
    claims = steps(b.claim("Congress met early", "Congress"), b.claim("Congress was divided", "Congress"))
    assert written(b, *claims, entities=(person("Congress", "Congress", "they"),)).endswith(
        "Congress was divided [10]."
    )


def test_at_most_three_pronouns_in_a_row() -> None:
    b = Builder()
    claims = steps(
        *(b.claim(f"Stalin {verb} hard", "Stalin") for verb in ("worked", "fought", "wrote", "ruled", "died", "hid"))
    )
    assert written(b, *claims) == (
        "Stalin worked hard [0]. He fought hard [10]. He wrote hard [21]. "
        "He ruled hard [31]. Stalin died hard [42]. He hid hard [52]."
    )


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ("Vladimir Lenin led. Vladimir Lenin wrote.", "Vladimir Lenin ruled [0]. Lenin wrote [10]."),
        ("Vladimir Lenin led. Vladimir Lenin wrote. Nikolai Lenin hid.", "Lenin ruled [0]. Lenin wrote [10]."),
        ("Lenin ruled, and much later came Elsa Lenin.", "Lenin ruled [0]. Lenin wrote [10]."),
    ],
)
def test_the_full_name_comes_first_if_it_can_be_nobody_else(extra: str, expected: str) -> None:
    b = Builder()
    full = "Elsa Lenin" if "Elsa" in extra else "Vladimir Lenin"
    claims = steps(b.claim("Lenin ruled", "Lenin"), b.claim("Lenin wrote", "x"))
    b.quote(extra)
    assert written(b, *claims, entities=(person("Lenin", full),)) == expected


def test_a_name_inside_a_longer_name_is_left_alone() -> None:
    b = Builder()
    claims = steps(b.claim("Lenin Prize winners met", "x"), b.claim("The Lenin Prize was large", "y"))
    b.quote("Vladimir Lenin led. Vladimir Lenin wrote.")
    assert written(b, *claims, entities=(person("Lenin", "Vladimir Lenin"),)) == (
        "Lenin Prize winners met [0]. The Lenin Prize was large [10]."
    )


def test_views_are_attributed_in_turn() -> None:
    b = Builder()
    texts = ("The markets were chaos", "Stalin would have failed", "The coup was luck", "Odd things happen")
    views = [b.claim(t, "x", voice="view") for t in texts]
    told = [b.claim(f"The coup won {n} towns", "y") for n in ("two", "three", "four", "five")]
    paragraphs = [steps(v, t) for v, t in zip(views, told, strict=True)]
    (made,) = notes_of(
        b, note("Topic", paragraphs[0], section("S", *paragraphs[1:])), entities=(STALIN,), speakers=("Stephen Kotkin",)
    )
    assert [shown(p) for s in made.all_sections for p in s.paragraphs] == [
        "According to Stephen Kotkin, the markets were chaos [0]. The coup won two towns [42].",
        "In Kotkin's view, Stalin would have failed [10]. The coup won three towns [52].",
        "Kotkin holds that the coup was luck [21]. The coup won four towns [63].",
        "Odd things happen, according to Kotkin [31]. The coup won five towns [73].",
    ]


def test_a_paragraph_names_the_holder_of_its_views_once() -> None:
    b = Builder()
    views = [b.claim(f"The coup was {word}", "x", voice="view") for word in ("luck", "bold")]
    told = b.claim("The coup won", "y")
    (made,) = notes_of(b, note("Topic", steps(views[0], told, views[1])), speakers=("Stephen Kotkin",))
    assert [shown(p) for s in made.all_sections for p in s.paragraphs] == [
        "According to Stephen Kotkin, the coup was luck [0]. The coup won [21]. The coup was bold [10]."
    ]


def test_a_name_that_only_tells_which_thing_is_meant_stays_short() -> None:
    b = Builder()
    claims = steps(
        b.claim("Rupert Gould found the Harrison clocks in 1920", "Rupert Gould"),
        b.claim("Rupert Gould restored the Harrison clocks", "Rupert Gould"),
        b.claim("Rupert Gould visited the Royal Observatory", "Rupert Gould"),
        b.claim("Rupert Gould sold nothing", "Rupert Gould"),
    )
    b.quote("John Harrison led. John Harrison built. Rupert Gould came. Rupert Gould went.")
    people = (person("Rupert Gould", "Rupert Gould"), person("Harrison", "John Harrison"))
    assert written(b, *claims, entities=people) == (
        "Rupert Gould found the Harrison clocks in 1920 [0]. He restored the Harrison clocks [10]. "
        "He visited the Royal Observatory [21]. He sold nothing [31]."
    )


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        ((), "According to the speaker, the markets were chaos [0]."),
        (("Ann Lee", "Bo Ek"), "According to one speaker, the markets were chaos [0]."),
        (("Ann Lee",), "According to Ann Lee, the markets were chaos [0]."),
    ],
)
def test_only_a_known_speaker_is_named(speakers: tuple[str, ...], expected: str) -> None:
    b = Builder()
    claims = steps(b.claim("The markets were chaos", "The markets", voice="view"))
    assert written(b, *claims, speakers=speakers) == expected


@pytest.mark.parametrize(
    "text", ["I think the markets were chaos", "Our markets were chaos", "Lee's markets were chaos"]
)
def test_what_speaks_of_the_speaker_is_not_attributed_again(text: str) -> None:
    b = Builder()
    claims = steps(b.claim(text, "x", voice="view"))
    assert written(b, *claims, speakers=("Ann Lee",)) == f"{text} [0]."


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Stalin ruled Russia", "Stalin won the war", "Stalin ruled Russia [0]. {He} won the war [10]."),
        ("Stalin ruled", "Stalin won the war", "Stalin ruled [0] and won the war [10]."),
        ("Stalin ruled as a dictator", "Stalin won", "Stalin ruled as a dictator [0] and won [10]."),
        ("Stalin ruled and ate", "Stalin won the war", "Stalin ruled and ate [0]. He won the war [10]."),
        ("Stalin ruled because people slept", "Stalin won", "Stalin ruled because people slept [0]. He won [10]."),
        (
            "Stalin ruled " + "very " * 31 + "long",
            "Stalin won",
            "Stalin ruled " + "very " * 31 + "long [0]. He won [10].",
        ),
    ],
)
def test_two_claims_of_one_subject_merge_when_nothing_can_be_misread(first: str, second: str, expected: str) -> None:
    b = Builder()
    one, two = b.claim(first, "Stalin"), b.claim(second, "Stalin")
    assert written(b, *steps(one, ("and", two))) == expected.replace("{He}", "Stalin")


def test_a_merged_sentence_cites_one_place_once() -> None:
    b = Builder()
    one = b.claim("Stalin ruled", "Stalin")
    two = b.claim("Stalin won the war", "Stalin")
    script = b.script()
    outline = b.outline(script)
    same = outline.claims[1].model_copy(update={"citations": outline.claims[0].citations})
    outline = outline.model_copy(update={"claims": (outline.claims[0], same)})
    plan = settled(plan_draft(note("Topic", steps(one, ("and", two))), entities=(STALIN,)), outline)
    names = Names(video=PageLink(slug="v", text="V"), channel=None, notes=(PageLink(slug="n", text="T"),))
    (made,) = compose(plan, outline, script.transcript, names, NotesPolicy())
    assert shown(made.lead.paragraphs[0]) == "Stalin ruled and won the war [0]."


def test_views_and_doubtful_claims_do_not_merge() -> None:
    b = Builder()
    one = b.claim("Stalin ruled", "Stalin")
    two = b.claim("Stalin won the war", "Stalin", verdict="partial")
    assert written(b, *steps(one, ("and", two))) == "Stalin ruled [0]. He won the war (doubtful) [10]."


@pytest.mark.parametrize(
    ("join", "second", "expected"),
    [
        ("however", "The plan failed", "However, the plan failed"),
        ("but", "The plan failed", "But the plan failed"),
        ("however", "Lenin failed", "However, Lenin failed"),
        ("also", "The plan failed", "The plan failed"),
    ],
)
def test_connectives_keep_the_words_of_the_claim(join: str, second: str, expected: str) -> None:
    b = Builder()
    one, two = b.claim("Stalin ruled", "Stalin"), b.claim(second, "x")
    b.quote("All of it was told to Lenin.")
    assert written(b, *steps(one, (join, two))) == f"Stalin ruled [0]. {expected} [10]."  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("Stalin was cruel", "He was also cruel"),
        ("Stalin ate well", "He also ate well"),
        ("Stalin did not sleep", "He did not sleep"),
    ],
)
def test_also_stands_before_the_verb_or_after_its_auxiliary(second: str, expected: str) -> None:
    b = Builder()
    one, two = b.claim("Stalin ruled", "Stalin"), b.claim(second, "Stalin")
    assert written(b, *steps(one, ("also", two))) == f"Stalin ruled [0]. {expected} [10]."


def test_a_thing_is_called_short_after_its_first_mention_in_a_section() -> None:
    b = Builder()
    one = b.claim("Lenin created the post of general secretary", "Lenin")
    two = b.claim("Stalin held the post of general secretary", "Stalin")
    three = b.claim("Many wanted the post of general secretary", "Many")
    thing = DraftEntity(
        name="the post of general secretary", full="the post of general secretary", pronoun="it", short="the post"
    )
    (made,) = notes_of(
        b, note("Topic", steps(one, two), section("S", steps(three, three), steps(three))), entities=(thing,)
    )
    assert shown(made.lead.paragraphs[0]).startswith(
        "Lenin created the post of general secretary [0]. Stalin held the post [10]."
    )


def test_a_thing_at_the_start_of_a_sentence_is_a_mention_too() -> None:
    b = Builder()
    one = b.claim("The post of general secretary was new", "x")
    two = b.claim("Lenin created the post of general secretary", "y")
    three = b.claim("The post of general secretary grew", "z")
    thing = person("the post of general secretary", "the post of general secretary", "it", "the post")
    assert written(b, *steps(one, two, three), entities=(thing,)) == (
        "The post of general secretary was new [0]. Lenin created the post [10]. The post grew [21]."
    )


def test_a_short_form_that_could_be_another_thing_is_refused() -> None:
    b = Builder()
    one = b.claim("Lenin created the post of general secretary", "Lenin")
    two = b.claim("Stalin held the post of general secretary", "Stalin")
    three = b.claim("Trotsky held the post of commissar", "Trotsky")
    thing = DraftEntity(
        name="the post of general secretary", full="the post of general secretary", pronoun="it", short="the post"
    )
    assert "Stalin held the post of general secretary [10]" in written(b, *steps(one, two, three), entities=(thing,))


def test_a_date_is_dropped_only_from_the_same_words() -> None:
    b = Builder()
    one = b.claim("Lenin led the coup of October 1917", "x")
    two = b.claim("Many joined the coup of October 1917", "y")
    three = b.claim("The government had failed in October 1917", "z")
    assert written(b, *steps(one, two, three)) == (
        "Lenin led the coup of October 1917 [0]. Many joined the coup [10]. "
        "The government had failed in October 1917 [21]."
    )


def test_two_citations_only_where_they_are_apart() -> None:
    b = Builder()
    one = b.claim("Stalin ruled", "Stalin", said=("Stalin was there.", "He ruled."))
    two = b.claim("Lenin led", "Lenin", said=("Lenin.", "Led."))
    script = b.script()
    outline = b.outline(script)
    far = outline.claims[1].citations[1].model_copy(update={"time_ms": outline.claims[1].citations[0].time_ms + 15_001})
    claim = outline.claims[1].model_copy(update={"citations": (outline.claims[1].citations[0], far)})
    outline = outline.model_copy(update={"claims": (outline.claims[0], claim)})
    plan = settled(plan_draft(note("Topic", steps(one, two))), outline)
    names = Names(video=PageLink(slug="v", text="V"), channel=None, notes=(PageLink(slug="n", text="T"),))
    (made,) = compose(plan, outline, script.transcript, names, NotesPolicy())
    assert shown(made.lead.paragraphs[0]) == "Stalin ruled [0]. Lenin led [21] [36]."


def test_other_languages_keep_their_sentences() -> None:
    b = Builder()
    one, two = b.claim("Stalin regierte lange.", "Stalin"), b.claim("Stalin war krank", "Stalin", voice="view")
    assert written(b, *steps(one, ("and", two)), language="de") == "Stalin regierte lange [0]. Stalin war krank [10]."


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It ended.", "en", ("It ended", ".")),
        ("Did it end?", "en", ("Did it end", "?")),
        ("It ended", "en", ("It ended", ".")),
        ("It happened in the U.S.", "en", ("It happened in the U.S.", ".")),
        ("It began at 5 a.m.", "en", ("It began at 5 a.m.", ".")),
        ("終わった。", "ja", ("終わった", "。")),
        ("終わった", "ja", ("終わった", "。")),
        ("انتهى", "ar", ("انتهى", ".")),
    ],
)
def test_the_full_stop_comes_off_and_abbreviations_keep_theirs(
    text: str, language: str, expected: tuple[str, str]
) -> None:
    assert bare(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The plan failed", "the plan failed"),
        ("The Hague fell", None),
        ("Moscow fell", "Moscow fell"),
        ("NATO grew", "NATO grew"),
        ("Plans fail", "plans fail"),
        ("Unheard words", None),
        ("I fell", "I fell"),
        ("1917 was cold", "1917 was cold"),
    ],
)
def test_a_capital_is_taken_away_only_from_what_is_no_name(text: str, expected: str | None) -> None:
    assert Corpus("it went to Moscow with plans, then NATO came").uncapitalised(text) == expected


def test_a_guessed_speaker_of_a_quote_is_not_believed() -> None:
    b = Builder()
    one, said = b.claim("Stalin ruled", "Stalin"), b.quote("It is a story.")
    for speakers, expected in (((), ""), (("Ann Lee",), "Ann Lee"), (("Ann Lee", "Bo Ek"), "")):
        (made,) = notes_of(b, note("Topic", steps(one), callout=said), speakers=speakers)
        assert made.lead.quote is not None
        assert made.lead.quote.speaker == expected


def test_dropped_doubts_are_on_no_page() -> None:
    b = Builder()
    one, two = b.claim("Stalin ruled", "x"), b.claim("Stalin flew", "y", verdict="partial")
    (made,) = notes_of(b, note("Topic", steps(one, two)), policy=NotesPolicy(doubtful="drop", min_claims=1))
    assert shown(made.lead.paragraphs[0]) == "Stalin ruled [0]."
    assert made.doubtful == 0
