"""A judging model over the real client and a real socket: honest, lying, biased, broken."""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import SettingsError, StopRun
from pipeline.models.build import Servers, build_model
from pipeline.models.judging import Judged, ModelJudge
from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.stages.judge import Passage, Vote, agreed, settle_check, vote
from pipeline.store.store import Store
from pipeline.values.judgement import DraftJudgement, Judgement, Question, ShownLine
from pipeline.values.outline import Check
from tests.scripted_judge import Habit, Item, ScriptedJudge, items_of
from tests.scripted_server import Asked, Behaviour, Decide, ScriptedServer

PROMPTS = PromptFolder()
DOUBTFUL = Check(verdict="partial", tier="support", reason="so", score=0.5)
GOOD = Check(verdict="supported", tier="support", reason="so", score=0.5)
RIGHT = 60


def question(number: int, *, true: bool) -> Question:
    """About one keeper of many; the untrue ones change what he did, and no number or "not"."""
    did = "lit the lamp" if true else "sold the boat"
    said = f"In the year {1800 + number} the keeper of tower {number} lit the lamp before the storm."
    after = ShownLine(text="Everyone on the island went to see it.")
    claim = f"In the year {1800 + number} the keeper of tower {number} {did}."
    return Question(claim=claim, stretches=((ShownLine(text=said), after),), language="en", group=number // 7)


QUESTIONS = tuple(question(i, true=i < RIGHT) for i in range(2 * RIGHT))


@contextmanager
def judging(server: ScriptedServer, folder: Path, *, attempts: int = 2) -> Iterator[ModelJudge]:
    settings = ModelSettings(base_url=server.url, model="small", timeout_s=10, attempts=attempts)
    with Store(folder / "s.db") as kept, ThreadPoolExecutor(4) as pool:
        model = build_model(settings, kept, environment={}, sleep=lambda _: None)
        yield ModelJudge("scripted/small", model, settings, PROMPTS, pool)


def opinions(
    folder: Path, judge: ScriptedJudge, script: Decide | Sequence[Behaviour] = (), asked: Sequence[Question] = QUESTIONS
) -> tuple[ScriptedServer, Judged]:
    with ScriptedServer(script, judge=judge) as server, judging(server, folder) as model:
        return server, model(asked)


def verdicts(found: Judged, before: Check) -> list[str]:
    return [settle_check(before, j).verdict if j else before.verdict for j in found.judgements]


def test_an_honest_judge_is_believed(tmp_path: Path) -> None:
    server, found = opinions(tmp_path, ScriptedJudge())
    assert verdicts(found, DOUBTFUL) == ["verified"] * RIGHT + ["contradicted"] * RIGHT
    assert server.calls == found.usage.calls == found.answered
    assert server.calls <= 2 * -(-len(QUESTIONS) // 7)
    assert all(j and j.words for j in found.judgements)


def test_every_claim_is_asked_about_once_in_each_order(tmp_path: Path) -> None:
    server, _ = opinions(tmp_path, ScriptedJudge())
    seen = Counter(
        (item.claim, asked.question.rpartition("</items>")[2])
        for asked in server.asked
        for item in items_of(asked.question)
    )
    assert set(seen.values()) == {1}
    assert len(seen) == 2 * len(QUESTIONS)
    assert server.most_at_once > 1, "requests go out side by side"
    orders: dict[str, list[list[str]]] = {}
    for asked in server.asked:
        claims = [item.claim for item in items_of(asked.question)]
        orders.setdefault(asked.question.rpartition("</items>")[2], []).append(claims)
    first, second = (sorted(batches) for batches in orders.values())
    assert sorted(batch[::-1] for batch in second) == first, "the claims stand in the other order too"


@pytest.mark.parametrize("habit", ["first", "last", "second", "inventing", "bare", "strangers"])
def test_a_judge_with_a_habit_raises_nothing(habit: Habit, tmp_path: Path) -> None:
    _, found = opinions(tmp_path, ScriptedJudge(habit))
    assert "verified" not in verdicts(found, DOUBTFUL)
    lowered = [v for v in verdicts(found, GOOD) if v != "supported"]
    assert not lowered or habit == "second", "two that find it wanting in two ways: doubtful at most"
    assert set(lowered) <= {"partial"}


def test_a_judge_that_always_says_yes_is_checked_by_its_words(tmp_path: Path) -> None:
    _, found = opinions(tmp_path, ScriptedJudge("yes"))
    assert verdicts(found, DOUBTFUL)[:RIGHT] == ["verified"] * RIGHT
    changed = [
        question(1, true=True).model_copy(update={"claim": claim})
        for claim in (
            "In the year 1802 the keeper of tower 1 lit the lamp.",
            "In the year 1801 the keeper of tower 1 never lit the lamp.",
            "Purple elephants negotiated treaties.",
        )
    ]
    _, found = opinions(tmp_path, ScriptedJudge("yes"), asked=changed)
    assert verdicts(found, DOUBTFUL) == ["partial"] * 3, "a number, a not, and words of nothing like it"


def test_a_judge_that_contradicts_itself_within_an_answer_is_not_heard(tmp_path: Path) -> None:
    _, found = opinions(tmp_path, ScriptedJudge("twice"))
    assert set(found.judgements) == {None}


def test_a_huge_answer_does_no_harm(tmp_path: Path) -> None:
    _, found = opinions(tmp_path, ScriptedJudge("huge"), asked=QUESTIONS[:3])
    assert verdicts(found, DOUBTFUL) == ["partial"] * 3


def _truth(item: Item) -> str:
    return "supported" if "lit the lamp." in item.claim else "contradicted"


def counted(judgements: Sequence[Judgement | None]) -> tuple[int, int, int]:
    """Wrong claims that were verified, right ones that were lowered, and claims left open."""
    found = Judged(tuple(judgements))
    doubtful, good = verdicts(found, DOUBTFUL), verdicts(found, GOOD)
    lowered = sum(verdict not in {"verified", "supported"} for verdict in good[:RIGHT])
    return doubtful[RIGHT:].count("verified"), lowered, sum(j is None for j in judgements)


def drafts(server: ScriptedServer, judge: ScriptedJudge) -> dict[tuple[str, bool], DraftJudgement]:
    """What the judge said of each claim, by claim and whether the options stood in their first order."""
    return {
        (item.claim, asked.question.index("- supported") < asked.question.index("- partly")): draft
        for asked in server.asked
        for item, data in zip(items_of(asked.question), judge(asked.question)["items"], strict=True)
        for draft in [DraftJudgement.model_validate(data)]
    }


def test_what_both_orders_and_deciding_words_save_of_a_judge_that_lies_every_fifth_time(tmp_path: Path) -> None:
    judge = ScriptedJudge(lies=0.2, seed=7, truth=_truth)
    server, found = opinions(tmp_path, judge)
    said = drafts(server, judge)
    believed = [
        (Vote(d.verdict, ()), Vote(e.verdict, ()))
        for q in QUESTIONS
        for d, e in [(said[q.claim, True], said[q.claim, False])]
    ]
    looked_up = [vote(Passage(q), said[q.claim, True]) for q in QUESTIONS]
    assert counted([agreed(first, first) for first, _ in believed]) == (12, 13, 0), "one order, nothing looked up"
    assert counted([agreed(*both) for both in believed]) == (6, 2, 35), "both orders"
    assert counted([agreed(first, first) for first in looked_up]) == (5, 1, 19), "deciding words"
    assert counted(found.judgements) == (1, 0, 35), "both"


def test_all_guards_together_let_no_lie_through_that_needs_a_number_or_a_not(tmp_path: Path) -> None:
    """A liar who answers "supported" of these would have to find words that are not there."""
    changed = [
        q.model_copy(update={"claim": q.claim.replace(*change)})
        for q in QUESTIONS[:RIGHT]
        for change in (("lit", "never lit"), ("year 18", "year 17"))
    ]
    judge = ScriptedJudge(lies=0.5, seed=3, truth=lambda _: "contradicted")
    _, found = opinions(tmp_path, judge, asked=changed)
    assert "verified" not in verdicts(found, DOUBTFUL)


@pytest.mark.parametrize(
    ("behaviour", "further"),
    [
        ("bad_json", 1),
        ("wrong_shape", 1),
        ("empty", 1),
        ("cut_json", 1),
        ("mostly_bad", 1),
        ("refusal", 0),
        ("filter", 0),
    ],
)
def test_a_bad_answer_is_asked_again_once_and_a_refusal_never(
    behaviour: Behaviour, further: int, tmp_path: Path
) -> None:
    server, found = opinions(tmp_path, ScriptedJudge(), lambda _: behaviour, QUESTIONS[:8])
    assert server.calls == 2 * (1 + further)
    assert sum(j is not None for j in found.judgements) <= 1, "one item of an answer that is mostly bad is good"
    assert found.usage.calls == server.calls, "what was spent is told, whatever came of it"


def test_the_second_answer_counts(tmp_path: Path) -> None:
    server, found = opinions(
        tmp_path, ScriptedJudge(), lambda asked: "good" if asked.again else "bad_json", QUESTIONS[:8]
    )
    assert server.calls == 4
    assert verdicts(found, DOUBTFUL) == ["verified"] * 8


def test_an_answer_that_is_cut_off_is_asked_for_in_halves(tmp_path: Path) -> None:
    def decide(asked: Asked) -> Behaviour:
        return "truncated" if len(items_of(asked.question)) > 4 else "good"

    server, found = opinions(tmp_path, ScriptedJudge(), decide, QUESTIONS[:7])
    assert server.calls == 2 * 3
    assert verdicts(found, DOUBTFUL) == ["verified"] * 7
    server, found = opinions(tmp_path, ScriptedJudge(), lambda _: "truncated", QUESTIONS[7:14])
    assert server.calls == 2 * 3, "once"
    assert found.answered == 0


@pytest.mark.parametrize("behaviour", ["error", "rejected", "drop", "too_long", "filtered_prompt"])
def test_a_server_that_fails_leaves_claims_as_they_are(behaviour: Behaviour, tmp_path: Path) -> None:
    def decide(asked: Asked) -> Behaviour:
        return behaviour if asked.number >= 3 else "good"

    _, found = opinions(tmp_path, ScriptedJudge(), decide, QUESTIONS[:60])
    assert len(found.judgements) == 60
    assert 0 < found.answered <= 3
    assert None in found.judgements


@pytest.mark.parametrize(
    ("behaviour", "kind"), [("bad_key", StopRun), ("no_credit", StopRun), ("no_model", SettingsError)]
)
def test_what_concerns_the_whole_run_ends_it(behaviour: Behaviour, kind: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(kind):
        opinions(tmp_path, ScriptedJudge(), lambda _: behaviour)


def test_answers_are_remembered(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        with judging(server, tmp_path) as model:
            first = model(QUESTIONS)
        calls = server.calls
        with judging(server, tmp_path) as model:
            second = model(QUESTIONS)
        assert server.calls == calls
    assert first.judgements == second.judgements
    assert second.usage.calls == 0
    assert second.answered == first.answered, "what is remembered was answered too"


def test_nothing_is_sent_about_nothing(tmp_path: Path) -> None:
    server, found = opinions(tmp_path, ScriptedJudge(), asked=())
    assert (server.calls, found.judgements, found.answered) == (0, (), 0)


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with ScriptedServer() as server, judging(server, tmp_path) as model:
        model(QUESTIONS, lambda done, total: heard.append((done, total)))
    assert heard[0] == (0, server.calls)
    assert heard[-1] == (server.calls, server.calls)


def asked_at_once(folder: Path, settings: Sequence[ModelSettings]) -> None:
    """Asks several models of one run at the same time; concurrency limits are theirs alone."""
    with Store(folder / "s.db") as kept, ThreadPoolExecutor(8) as pool, ThreadPoolExecutor(8) as calls:
        servers = Servers(kept, environment={}, sleep=lambda _: None)
        judges = [ModelJudge(s.model, servers.model(s), s, PROMPTS, calls) for s in settings]
        assert all(pool.map(lambda judge: judge(QUESTIONS[:14]).answered == 4, judges))


def test_models_of_one_server_pass_one_gate(tmp_path: Path) -> None:
    with ScriptedServer(delay_s=0.02) as server:
        near = ModelSettings(base_url=server.url, model="small", concurrency=1)
        asked_at_once(tmp_path, [near, near.model_copy(update={"model": "large"})])
        assert (server.calls, server.most_at_once) == (8, 1)


def test_a_second_server_has_a_gate_of_its_own(tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=10)

    def decide(_: Asked) -> Behaviour:
        together.wait()  # nobody is answered who is alone
        return "good"

    with ScriptedServer(decide) as one, ScriptedServer(decide) as other:
        asked_at_once(tmp_path, [ModelSettings(base_url=s.url, model="m", concurrency=1) for s in (one, other)])
        assert (one.calls, one.most_at_once, other.calls, other.most_at_once) == (4, 1, 4, 1)
