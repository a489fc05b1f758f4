"""Asking a model to mend its claims, over the real client and a real socket."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from pipeline.errors import SettingsError, StopRun
from pipeline.models.asking import Asker
from pipeline.models.build import build_model
from pipeline.models.extractive import Extractive
from pipeline.settings import CitationPolicy, ModelSettings, NotesPolicy
from pipeline.stages.mend import failing
from pipeline.stages.verify import Verifier
from pipeline.store.store import Store
from pipeline.values.draft import ChunkDraft, DraftClaim, DraftEvidence, DraftRepair, OutlineDraft
from pipeline.values.outline import Outline
from tests.scripted_server import Asked, Behaviour, ScriptedServer
from tests.test_models_asking import PROMPTS, SPOKEN, asking

VERIFIER = Verifier(SPOKEN, CitationPolicy())


def claim_of(line: int, *, wrong: bool) -> DraftClaim:
    said = SPOKEN.line(line).text
    text = said.replace("18", "17", 1) if wrong else said
    return DraftClaim(evidence=(DraftEvidence(line=line, quote=said),), subject="keeper", text=text, voice="told")


def outline_with(wrong: Callable[[int], bool]) -> Outline:
    """Each line of the talk as a claim, some with a wrong year."""
    drafts = []
    for chunk in SPOKEN.chunks:
        claims = tuple(claim_of(n, wrong=wrong(n)) for n in range(chunk.first, chunk.last + 1))
        drafts.append(ChunkDraft(chunk=chunk.number, outline=OutlineDraft(claims=claims, callouts=())))
    return VERIFIER.outline(drafts)


ODD = outline_with(lambda line: line % 2 == 1)
FAILING = failing(SPOKEN, ODD)


def quiet(_: int, __: int) -> None:
    """Nobody watches."""


def mending(server: ScriptedServer, store: Path, outline: Outline = ODD) -> tuple[DraftRepair, ...]:
    with asking(server, store) as outlining:
        return outlining.mend(outline, quiet)


def test_each_chunk_with_failed_claims_is_asked_once_side_by_side(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    with ScriptedServer(delay_s=0.05) as server, asking(server, tmp_path / "s.db") as outlining:
        repairs = outlining.mend(ODD, lambda done, total: heard.append((done, total)))
        spent = outlining.usage
    count = len(SPOKEN.chunks)
    assert server.kinds == {"mend_draft": count}
    assert server.most_at_once > 1
    assert spent.calls == count
    assert spent.completion > 0
    assert heard == [(done, count) for done in range(count + 1)]
    assert {r.id for r in repairs} == {c.id for c in ODD.claims if not c.check.good}
    after = VERIFIER.mended(ODD, repairs)
    assert all(c.check.good for c in after.claims)
    assert len(after.claims) == len(ODD.claims)


def test_a_chunk_whose_claims_are_proved_is_not_asked_about(tmp_path: Path) -> None:
    outline = outline_with(lambda line: line == SPOKEN.chunks[2].first)
    heard: list[int] = []
    with ScriptedServer() as server, asking(server, tmp_path / "s.db") as outlining:
        assert len(outlining.mend(outline, quiet)) == 1
        assert server.calls == 1
        assert outlining.mend(outline_with(lambda _: False), lambda done, _: heard.append(done)) == ()
        assert server.calls == 1
    assert heard == []


def test_a_second_run_asks_nothing(tmp_path: Path) -> None:
    with ScriptedServer(script=["bad_json"]) as server:
        first = mending(server, tmp_path / "s.db")
        calls = server.calls
        assert set(mending(server, tmp_path / "s.db")) == set(first)
        assert server.calls == calls == len(SPOKEN.chunks) + 1


@pytest.mark.parametrize("bad", ["bad_json", "cut_json", "wrong_shape", "empty", "strangers"])
def test_a_bad_answer_is_asked_for_again_once(bad: Behaviour, tmp_path: Path) -> None:
    with ScriptedServer(script=lambda asked: "good" if asked.again else bad) as server:
        repairs = mending(server, tmp_path / "s.db")
    assert server.calls == 2 * len(SPOKEN.chunks)
    assert {r.id for r in repairs} == {c.id for c in ODD.claims if not c.check.good}
    with ScriptedServer(script=lambda _: bad) as server:
        kept = mending(server, tmp_path / "other.db")
        assert {r.id for r in kept} < {r.id for r in repairs}
        assert bool(kept) == (bad == "cut_json"), "the whole repairs of an answer that breaks off are good"
    assert server.calls == 2 * len(SPOKEN.chunks)


def test_the_best_of_two_bad_answers_is_kept(tmp_path: Path) -> None:
    script: list[Behaviour] = ["mostly_bad", "refusal"]
    two = outline_with(lambda line: line <= 3)
    assert len(failing(SPOKEN, two)) == 1
    with ScriptedServer(script=script) as server:
        repairs = mending(server, tmp_path / "s.db", two)
    assert server.calls == 2
    assert len(repairs) == 1


@pytest.mark.parametrize("fault", ["refusal", "filter", "filtered_prompt", "rejected", "error", "drop"])
def test_a_chunk_that_cannot_be_had_costs_only_its_repairs(fault: Behaviour, tmp_path: Path) -> None:
    first = FAILING[0].claims[0].evidence[0].line

    def decide(asked: Asked) -> Behaviour:
        return fault if asked.failed[0][1] == first else "good"

    with ScriptedServer(script=decide) as server:
        repairs = mending(server, tmp_path / "s.db")
    assert {r.id for r in repairs} == {c.id for f in FAILING[1:] for c in f.claims}
    attempts = 3 if fault in {"error", "drop"} else 1
    assert server.calls == len(SPOKEN.chunks) - 1 + attempts


@pytest.mark.parametrize("fault", ["truncated", "too_long"])
def test_an_answer_that_is_cut_off_is_asked_for_in_halves(fault: Behaviour, tmp_path: Path) -> None:
    (whole, *others) = FAILING
    heard: list[tuple[int, int]] = []

    def decide(asked: Asked) -> Behaviour:
        return fault if [n for _, n, _ in asked.failed] == [c.evidence[0].line for c in whole.claims] else "good"

    with ScriptedServer(script=decide) as server, asking(server, tmp_path / "s.db") as outlining:
        repairs = outlining.mend(ODD, lambda done, total: heard.append((done, total)))
    assert len(whole.claims) > 1
    assert {r.id for r in repairs} == {c.id for f in FAILING for c in f.claims}
    assert server.calls == len(others) + 3
    assert heard[-1] == (len(others) + 2, len(others) + 2)
    with ScriptedServer(script=lambda _: fault) as server:
        mending(server, tmp_path / "other.db")
    assert server.calls <= 7 * len(SPOKEN.chunks)


def test_a_server_that_is_gone_mends_nothing(tmp_path: Path) -> None:
    with ScriptedServer(script=lambda _: "error") as server:
        assert mending(server, tmp_path / "s.db") == ()


@pytest.mark.parametrize(("fault", "kind"), [("bad_key", StopRun), ("no_credit", StopRun), ("no_model", SettingsError)])
def test_what_concerns_the_run_stops_it(fault: Behaviour, kind: type[Exception], tmp_path: Path) -> None:
    with ScriptedServer(script=lambda _: fault, delay_s=0.02) as server, pytest.raises(kind):
        mending(server, tmp_path / "s.db")
    assert server.calls <= 8, "what was not begun is not begun any more"


def test_a_pool_that_is_closed_ends_the_waiting(tmp_path: Path) -> None:
    pool, release = ThreadPoolExecutor(1), threading.Event()

    def decide(asked: Asked) -> Behaviour:  # noqa: ARG001 - the interface
        assert release.wait(30)
        return "good"

    with ScriptedServer(script=decide) as server, Store(tmp_path / "s.db") as store:
        settings = ModelSettings(base_url=server.url, model="small")
        asker = Asker(build_model(settings, store, environment={}), settings, PROMPTS, pool)

        def told(done: int, _: int) -> None:
            """All questions are submitted when the first of these comes."""
            if not done:
                pool.shutdown(wait=False, cancel_futures=True)
                release.set()

        with pytest.raises(CancelledError):
            asker(SPOKEN).mend(ODD, told)
        pool.shutdown()
        assert server.calls == 1


@pytest.mark.parametrize("behaviour", get_args(Behaviour))
def test_no_behaviour_of_a_server_makes_an_outline_worse_or_ends_in_an_error_that_is_not_ours(
    behaviour: Behaviour, tmp_path: Path
) -> None:
    with ScriptedServer(script=lambda _: behaviour) as server:
        try:
            with asking(server, tmp_path / "s.db", timeout_s=0.2, attempts=1) as outlining:
                repairs = outlining.mend(ODD, quiet)
        except (StopRun, SettingsError):
            return
    after = VERIFIER.mended(ODD, repairs)
    good = {c.text for c in ODD.claims if c.check.good}
    assert good <= {c.text for c in after.claims if c.check.good}
    assert sum(not c.check.good for c in after.claims) <= sum(not c.check.good for c in ODD.claims)
    if behaviour in {"numbers", "negated", "fabricated", "drops"}:
        assert good == {c.text for c in after.claims if c.check.good}, "a lie is not believed the second time"


def test_the_embedded_outliner_mends_nothing() -> None:
    assert Extractive(SPOKEN, NotesPolicy()).mend(ODD, quiet) == ()
