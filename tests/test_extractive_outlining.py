"""The embedded outliner from script to plan."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models.extractive import Extractive
from pipeline.models.extractive.cleaning import is_subsequence
from pipeline.models.extractive.interviews import find_host
from pipeline.models.extractive.profile import profile
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.topics import cut_topics, make_units, topic_count
from pipeline.models.outlining import Outlining
from pipeline.settings import NotesPolicy, SplitPolicy
from pipeline.stages.split import split
from pipeline.values.draft import ChunkDraft, DraftNote, PlanDraft
from pipeline.values.exchange import Usage
from pipeline.values.outline import Check, Citation, Claim, Outline, Quote, Verdict
from pipeline.values.script import Script
from pipeline.values.transcript import Chapter, Segment, Transcript, Video

BEES = """
The honey bee lives in a colony of up to sixty thousand workers. The queen bee lays two thousand eggs a day in
early summer. The worker bees build the wax comb from scales on their bodies. A honey bee visits about fifty
flowers on each flight. The queen leaves the old colony with half of the workers when a swarm forms. A swarm
settles on a branch while scouts look for a hollow tree. The scouts dance on the swarm to tell the direction
of the tree. The beekeeper catches the swarm in a straw basket in the evening. The drones die in autumn when
the workers push them out of the colony. The colony survives the winter as a warm cluster around the queen.
The beekeeper harvests the honey from the upper comb in July. The workers fan their wings until the honey
holds little water.
"""
LOCKS = """
The canal was dug by three thousand labourers between 1789 and 1796. The engineers built twenty locks to carry
boats over the hill. A canal lock raises a boat by letting water into the chamber. The lock gates form an
angle that the water pressure keeps shut. The canal company paid the engineers with shares and not with money.
The lock keeper lived beside the gates and collected the toll. The reservoir on the hill feeds the highest
lock of the canal. The boats carried coal to the city and grain on the way back. The railway took the coal
from the canal company within ten years. The canal company sold the locks to the railway in 1846. The last
boat passed the locks in the winter of 1931. The volunteers opened the canal gates again in the nineties.
"""


def sentences(text: str) -> list[str]:
    return [s.strip() + "." for s in text.replace("\n", " ").split(".") if s.strip()]


def script_of(
    spoken: Sequence[str], *, step_ms: int = 25_000, language: str = "en", chapters: tuple[Chapter, ...] = ()
) -> Script:
    segments = tuple(
        Segment(number=i, start_ms=i * step_ms, end_ms=(i + 1) * step_ms - 100, text=text)
        for i, text in enumerate(spoken)
    )
    video = Video(id="v", title="A talk", channel="c", chapters=chapters)
    transcript = Transcript(video=video, language=language, trust="manual", segments=segments)
    return split(transcript, SplitPolicy())


def drafts_of(script: Script) -> tuple[ChunkDraft, ...]:
    return Extractive(script, NotesPolicy()).draft(lambda _: None)


def trusted(script: Script, drafts: Sequence[ChunkDraft], refused: frozenset[int] = frozenset()) -> Outline:
    """The outline of drafts that are all believed, but for the claims of these ids."""

    def citation(line: int, quote: str) -> Citation:
        held = script.line(line)
        segment = held.segment_at(held.text.index(quote))
        return Citation(
            line=line,
            segment=segment,
            last_segment=segment,
            time_ms=script.segment(segment).start_ms,
            quote=quote,
            grade="exact",
            asked_line=line,
        )

    def check(number: int) -> Check:
        verdict: Verdict = "unsupported" if number in refused else "supported"
        return Check(verdict=verdict, tier="support", reason="", score=1.0)

    claims = [(d.chunk, c) for d in drafts for c in d.outline.claims]
    quotes = [c for d in drafts for c in d.outline.callouts]
    return Outline(
        claims=tuple(
            Claim(
                id=i,
                text=c.text,
                subject=c.subject,
                voice=c.voice,
                citations=tuple(citation(e.line, e.quote) for e in c.evidence),
                check=check(i),
                chunk=chunk,
            )
            for i, (chunk, c) in enumerate(claims, 1)
        ),
        quotes=tuple(
            Quote(
                id=i, text=q.quote, title=q.title, speaker=q.speaker, citation=citation(q.line, q.quote), check=check(0)
            )
            for i, q in enumerate(quotes, 1)
        ),
    )


def claims_in(note: DraftNote) -> list[int]:
    inner = [s.claim for section in note.sections for paragraph in section.paragraphs for s in paragraph]
    return [s.claim for s in note.lead] + inner


def accounted(plan: PlanDraft) -> list[int]:
    return sorted([c for n in plan.notes for c in claims_in(n)] + [u.claim for u in plan.unused])


def planned(script: Script, policy: NotesPolicy | None = None) -> tuple[Outline, PlanDraft]:
    outlining: Outlining = Extractive(script, policy or NotesPolicy())
    outline = trusted(script, outlining.draft(lambda _: None))
    return outline, outlining.plan(outline)


TWO_SUBJECTS = script_of([*sentences(BEES), *sentences(LOCKS)], step_ms=20_000)


def test_every_claim_is_words_of_one_citable_line() -> None:
    drafts = drafts_of(TWO_SUBJECTS)
    assert [d.chunk for d in drafts] == [c.number for c in TWO_SUBJECTS.chunks]
    claims = [c for d in drafts for c in d.outline.claims]
    assert len(claims) >= 10
    for draft, chunk in zip(drafts, TWO_SUBJECTS.chunks, strict=True):
        for claim in draft.outline.claims:
            (evidence,) = claim.evidence
            assert chunk.first <= evidence.line <= chunk.last
            assert evidence.quote in TWO_SUBJECTS.line(evidence.line).text
            assert is_subsequence(claim.text, evidence.quote)
            assert claim.text.startswith(claim.subject)


def test_done_is_called_once_a_chunk_and_nothing_is_spent() -> None:
    outlining = Extractive(TWO_SUBJECTS, NotesPolicy())
    seen: list[ChunkDraft] = []
    drafts = outlining.draft(seen.append)
    assert tuple(seen) == drafts
    assert outlining.usage == Usage()


def test_it_is_deterministic() -> None:
    assert drafts_of(TWO_SUBJECTS) == drafts_of(TWO_SUBJECTS)
    assert planned(TWO_SUBJECTS)[1] == planned(TWO_SUBJECTS)[1]


def test_two_subjects_become_two_notes_with_their_own_titles() -> None:
    outline, plan = planned(TWO_SUBJECTS)
    assert len(plan.notes) == 2
    bees, locks = plan.notes
    assert any(word in bees.title.casefold() for word in ("bee", "swarm", "colony", "queen"))
    assert any(word in locks.title.casefold() for word in ("canal", "lock"))
    first_lock = next(i for i, line in enumerate(TWO_SUBJECTS.lines) if "canal was dug" in line.text)
    assert all(outline.claim(c).citations[0].line <= first_lock for c in claims_in(bees))
    assert all(outline.claim(c).citations[0].line > first_lock for c in claims_in(locks))


def test_every_kept_claim_is_used_once_or_unused() -> None:
    outline, plan = planned(TWO_SUBJECTS)
    assert accounted(plan) == [c.id for c in outline.claims]


def test_a_lead_is_not_repeated_and_only_a_first_section_has_no_heading() -> None:
    _, plan = planned(TWO_SUBJECTS)
    for note in plan.notes:
        lead = {s.claim for s in note.lead}
        assert lead
        assert not lead & {s.claim for x in note.sections for p in x.paragraphs for s in p}
        assert all(x.heading for x in note.sections[1:])
        assert all(x.heading != note.title for x in note.sections)
        assert note.title[0].isupper()


def test_small_subjects_are_folded_and_none_is_lost() -> None:
    outline, plan = planned(TWO_SUBJECTS, NotesPolicy(min_claims=50))
    assert len(plan.notes) == 1
    assert accounted(plan) == [c.id for c in outline.claims]
    _, few = planned(TWO_SUBJECTS, NotesPolicy(min_claims=1, max_notes=1))
    assert len(few.notes) == 1


def test_refused_claims_are_not_planned() -> None:
    outlining = Extractive(TWO_SUBJECTS, NotesPolicy())
    drafts = outlining.draft(lambda _: None)
    plan = outlining.plan(trusted(TWO_SUBJECTS, drafts, refused=frozenset({1, 3})))
    assert not {1, 3} & set(accounted(plan))


def test_a_sentence_with_he_stays_behind_the_one_it_goes_on_from() -> None:
    spoken = sentences(LOCKS)
    spoken[3:3] = [
        "The canal at Trent was planned by James Brindley for the canal company in 1766.",
        "He measured the whole hill for the canal with a staff and a chain.",
    ]
    outlining = Extractive(script_of(spoken), NotesPolicy())
    drafts = outlining.draft(lambda _: None)
    outline = trusted(script_of(spoken), drafts)
    he = next(c for c in outline.claims if c.text.startswith("He measured"))
    before = next(c for c in outline.claims if "Brindley" in c.text)
    paragraphs = [[s.claim for s in p] for n in outlining.plan(outline).notes for x in n.sections for p in x.paragraphs]
    assert any(before.id in p and p.index(he.id) == p.index(before.id) + 1 for p in paragraphs if he.id in p)
    alone = outlining.plan(trusted(script_of(spoken), drafts, refused=frozenset({before.id})))
    assert he.id in {u.claim for u in alone.unused}


def test_creator_chapters_win() -> None:
    spoken = [*sentences(BEES), *sentences(LOCKS)]
    chapters = (
        Chapter(start_ms=0, title="Life of the hive"),
        Chapter(start_ms=12 * 45_000, title="Boats over the hill"),
    )
    _, plan = planned(script_of(spoken, step_ms=45_000, chapters=chapters))
    assert [n.title for n in plan.notes] == ["Life of the hive", "Boats over the hill"]


def test_advertisements_greetings_and_questions_are_not_claimed() -> None:
    noise = [
        "Welcome back to the channel, everyone who loves the canal.",
        "Please subscribe to the channel if you love the canal company.",
        "Why did the canal company build so many locks on the hill?",
    ]
    texts = [c.text for d in drafts_of(script_of([*noise, *sentences(LOCKS)])) for c in d.outline.claims]
    assert texts
    assert not any("channel" in t or t.startswith("Why") for t in texts)


def test_a_short_question_becomes_a_heading() -> None:
    spoken = sentences(LOCKS)
    spoken.insert(6, "Why did the railway ruin the canal?")
    _, plan = planned(script_of(spoken, step_ms=30_000))
    assert "Why did the railway ruin the canal?" in {x.heading for n in plan.notes for x in n.sections}


def test_a_very_short_talk_still_gives_a_note() -> None:
    outline, plan = planned(script_of(["The elephants have long trunks.", "That is cool."], step_ms=5_000))
    assert len(plan.notes) == 1
    assert plan.notes[0].title
    assert accounted(plan) == [c.id for c in outline.claims]


def test_captions_without_punctuation_are_shown_as_quotations() -> None:
    spoken = [s.rstrip(".").lower() + " and uh" for s in sentences(LOCKS)]
    script = script_of(spoken, step_ms=6_000)
    assert not script.punctuated
    claims = [c for d in drafts_of(script) for c in d.outline.claims]
    assert claims
    for claim in claims:
        (evidence,) = claim.evidence
        assert claim.text == f"“{evidence.quote}”"
        assert evidence.quote in script.line(evidence.line).text


def test_quotes_are_not_claims() -> None:
    spoken = sentences(LOCKS)
    spoken.insert(5, "You can never dig a canal with money alone, but you can never dig a canal without money.")
    for draft in drafts_of(script_of(spoken)):
        claimed = {e.line for c in draft.outline.claims for e in c.evidence}
        assert len(draft.outline.callouts) <= 2
        for callout in draft.outline.callouts:
            assert callout.line not in claimed
            assert callout.title


LANGUAGES = {
    "de": "Die Biene sammelt Nektar aus vielen Blüten. Der Imker erntet den Honig aus den Waben im Juli. "
    "Die Königin legt jeden Tag zweitausend Eier in die Waben. Die Arbeiterinnen bauen die Waben aus Wachs. "
    "Der Schwarm verlässt mit der Königin den alten Stock. Der Imker fängt den Schwarm am Abend mit einem Korb.",
    "ru": "Пчела собирает нектар с множества цветов в долине. Пчеловод собирает мёд из верхних сот в июле. "
    "Матка откладывает каждый день две тысячи яиц в соты. Рабочие пчёлы строят соты из воска летом. "
    "Рой вместе с маткой покидает старый улей весной. Пчеловод ловит рой вечером большой корзиной.",
    "ja": "ミツバチは多くの花から蜜を集めて巣に運びます。養蜂家は七月に巣箱の上段から蜂蜜を収穫します。"
    "女王蜂は毎日二千個の卵を巣の中に産みます。働き蜂は体から出る蜜蝋で巣を作ります。"
    "分蜂の群れは女王蜂と共に古い巣箱を離れます。養蜂家は夕方に籠で分蜂の群れを捕まえます。",
    "ar": "تجمع النحلة الرحيق من أزهار كثيرة في الوادي الكبير. يجمع النحال العسل من أقراص الشمع في شهر تموز. "
    "تضع ملكة النحل كل يوم ألفي بيضة في أقراص الشمع. تبني عاملات النحل أقراص الشمع من أجسادها الصغيرة. "
    "يترك سرب النحل مع ملكة النحل الخلية القديمة في الربيع. يمسك النحال سرب النحل في المساء بسلة كبيرة.",
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_other_languages_give_a_note_in_their_own_words(language: str) -> None:
    stop = "。" if language == "ja" else ". "
    spoken = [s.strip() + stop.strip() for s in LANGUAGES[language].split(stop) if s.strip(" .。")]
    outline, plan = planned(script_of(spoken, step_ms=20_000, language=language))
    assert plan.notes
    words = LANGUAGES[language].casefold()
    title = plan.notes[0].title.casefold()
    assert any(part in words for part in title.replace(" und ", "|").replace(" и ", "|").replace("と", "|").split("|"))
    assert len(outline.claims) >= 3


def test_an_empty_script_gives_empty_drafts_and_plan() -> None:
    script = script_of([])
    assert drafts_of(script) == ()
    assert planned(script)[1].notes == ()


def test_a_lecturer_who_asks_is_no_interview() -> None:
    words = profile("en")
    spoken = ["What would you do with the water?", *sentences(LOCKS)]
    lines = script_of(spoken).lines
    found = find_host(lines, [read(line.text, words) for line in lines], words)
    assert found.blocks == ()
    assert found.host == {0}


def test_questions_to_you_make_an_interview() -> None:
    words = profile("en")
    spoken = [s for _ in range(9) for s in ("How did you find the canal?", *sentences(LOCKS))]
    lines = script_of(spoken).lines
    found = find_host(lines, [read(line.text, words) for line in lines], words)
    assert found.blocks == tuple(range(0, 9 * 13, 13))


def test_what_is_said_before_the_guest_is_greeted_is_a_foretaste() -> None:
    words = profile("en")
    teaser = sentences(BEES)[:3]
    spoken = [*teaser, "Welcome to the programme."] + [
        s for _ in range(9) for s in ("How did you find the canal?", *sentences(LOCKS))
    ]
    lines = script_of(spoken).lines
    found = find_host(lines, [read(line.text, words) for line in lines], words)
    assert {0, 1, 2, 3} <= found.host
    assert 5 not in found.host


@pytest.mark.parametrize(("minutes", "count"), [(0.3, 1), (4, 1), (18, 3), (97, 9), (315, 29)])
def test_how_many_subjects_a_talk_has(minutes: float, count: int) -> None:
    assert topic_count(round(minutes * 60_000)) == count


@given(st.lists(st.integers(0, 2), min_size=12, max_size=12), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_cuts_are_the_best_there_are(kinds: list[int], least: int) -> None:
    lines = script_of([f"Word{k} number{k} thing{k} here." for k in kinds], step_ms=12_000).lines
    units = make_units(lines, [[f"w{k}", f"n{k}", f"t{k}"] for k in kinds])
    cuts = cut_topics(units, 2, None, least)
    total = len(units.starts) - 1

    def cost(cut: int) -> float:
        s = units.sums
        parts = ((0, cut), (cut, total))
        return float(sum((b - a) - (s[b, b] - s[a, b] - s[b, a] + s[a, a]) / (b - a) for a, b in parts))

    best = min(cost(c) for c in range(least, total - least + 1))
    assert len(cuts) == 2
    assert np.isclose(cost(cuts[1]), best)


@given(st.frozensets(st.integers(1, 24)), st.integers(1, 30), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_no_kept_claim_is_ever_lost(refused: frozenset[int], least: int, most: int) -> None:
    outlining = Extractive(TWO_SUBJECTS, NotesPolicy(min_claims=least, max_notes=most))
    outline = trusted(TWO_SUBJECTS, outlining.draft(lambda _: None), refused)
    plan = outlining.plan(outline)
    assert accounted(plan) == [c.id for c in outline.kept(doubtful=True)]
    assert len(plan.notes) <= most
    titles = [n.title.casefold() for n in plan.notes]
    assert len(set(titles)) == len(titles)
