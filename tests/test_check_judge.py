"""A model's second opinion on citations: who is asked, what it changes, what it never changes, what goes wrong."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking import Judging, check
from pipeline.checking.report import Opinions
from pipeline.checking.second_opinion import UNREAD, Answers, open_question, opinion_on
from pipeline.cli import main
from pipeline.settings import CitationPolicy
from pipeline.values.judgement import Judgement, Question
from pipeline.values.outline import GOOD, Check
from tests.building import transcript
from tests.scripted_judge import Item, ScriptedJudge, deciding, items_of
from tests.scripted_server import Behaviour, ScriptedServer

ID = "abcdefghijk"
GERMAN = "lmnopqrstuv"
CUES = (
    "We planted forty oak trees behind the old library in spring.",
    "The gardener never watered them during the first summer.",
    "A storm from the north broke three branches in October.",
    "Children from the school painted the wooden fence green.",
    "The mayor opened the garden with a speech about bees.",
    "Visitors may bring their dogs on Sunday mornings only.",
)
QUOTED = "A storm from the north broke three branches in October"
SUPPORTED = "In October the storm broke three branches"
PARTIAL = "Pupils from the school gave the wooden fence a coat of green"
NUMBER = "The storm from the north broke seven branches in October"
FABRICATED = 'The mayor said "the harvest of this year will feed the whole town"'
FOREIGN = "Die Schüler haben den Zaun im Garten grün gestrichen, und das gefiel allen"
TIMES = {QUOTED: 20, SUPPORTED: 20, PARTIAL: 30, NUMBER: 20, FABRICATED: 40, FOREIGN: 30}


def cite(claim: str) -> str:
    time = f"00:00:{TIMES[claim]}"
    return f'{claim} <a class="yt-timestamp" data-t="{time}">[{time}]</a>.'


def note(*claims: str, head: str = "", video: str = ID) -> str:
    body = "\n\n".join(cite(claim) for claim in claims)
    return f"---\ntitle: The garden\nvideoId: {video}\n{head}---\n\n{body}\n"


@dataclass(frozen=True)
class Checked:
    result: Result
    report: dict[str, Any]

    def __getitem__(self, claim: str) -> tuple[str, str]:
        """The verdict on a claim and its tier."""
        ((verdict, tier),) = {(c["verdict"], c["tier"]) for c in self.report["citations"] if c["claim"] == claim}
        return verdict, tier


Run = Callable[..., Checked]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A check of the vault in the working folder by a judge at a server."""
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    cues = [f"{n + 1}\n00:00:{n}0,000 --> 00:00:{n}9,000\n{text}\n" for n, text in enumerate(CUES)]
    (tmp_path / "transcripts").mkdir()
    for video in (ID, GERMAN):
        (tmp_path / "transcripts" / f"{video}.en.srt").write_text("\n".join(cues))
    (tmp_path / "vault").mkdir()

    def check(server: ScriptedServer | None, *words: str, **citations: Any) -> Checked:
        url = server.url if server else "http://127.0.0.1:9/v1"
        models = {"scripted": {"base_url": url, "model": "m", "timeout_s": 20, "attempts": 1, "concurrency": 4}}
        # a demanding threshold: what is told in other words is in doubt
        settings = {"models": models, "citations": {"support": 0.95, **citations}}
        (tmp_path / "config.yaml").write_text(json.dumps(settings))
        form = () if "--format" in words or "--dry-run" in words else ("--format", "json")
        result = CliRunner().invoke(main, ["check", "vault", "--transcripts", "transcripts", *form, *words])
        is_json = bool(form) and result.stdout.startswith("{")
        return Checked(result, json.loads(result.stdout) if is_json else {})

    return check


def write(*claims: str, name: str = "a.md", **more: str) -> None:
    (Path("vault") / name).write_text(note(*claims, **more))


Judge = Callable[[str], dict[str, Any]]


def variant(number: int) -> str:
    """Another claim for each number, with neither a number nor a name in it."""
    return f"Pupils {'abcdefghij'[number // 10]}{'klmnopqrst'[number % 10]}"


def says(opinion: str) -> Judge:
    """A judge of one opinion who copies words that may be what decides, of other languages too."""

    def answer(question: str) -> dict[str, Any]:
        return {"items": [_item(item, opinion) for item in items_of(question)]}

    return answer


def _item(item: Item, opinion: str) -> dict[str, Any]:
    said = " ".join(item.lines).casefold()
    absent = [word for word in item.claim.split() if word.casefold() not in said]
    lacking = "" if opinion == "supported" or not absent else absent[0]
    return {"item": item.number, "words": deciding(item) or [item.lines[1]], "lacking": lacking, "verdict": opinion}


EVERYTHING = (QUOTED, SUPPORTED, PARTIAL, NUMBER, FABRICATED)


def write_everything() -> None:
    write(*EVERYTHING)
    write(FOREIGN, name="b.md", head="language: de\n", video=GERMAN)


def test_a_judge_who_finds_everything_said_lifts_what_words_leave_open_and_no_more(run: Run) -> None:
    write_everything()
    plain = run(None)
    with ScriptedServer(judge=says("supported")) as server:
        judged = run(server, "--judge", "all")
        assert server.kinds["judge_draft"] == server.calls
        shown = [item.claim for asked in server.asked for item in items_of(asked.question)]
    assert (plain[QUOTED][0], plain[SUPPORTED][0], plain[PARTIAL]) == ("quoted", "supported", ("partial", "support"))
    assert plain[FOREIGN] == ("unjudged", "language")
    for claim in (QUOTED, SUPPORTED, PARTIAL, FOREIGN):
        assert judged[claim] == ("verified", "judge")
    for claim in (NUMBER, FABRICATED):
        assert judged[claim] == plain[claim]
        assert claim not in shown, "nothing may come of asking"
    assert plain[FABRICATED][0] == "unsupported"
    assert judged.report["summary"]["judged"] == {"asked": 4, "answered": 4, "model": "scripted/m"}
    assert plain.report["summary"]["judged"] is None
    assert judged.result.exit_code == 1


@pytest.mark.parametrize("opinion", ["partly", "contradicted", "not_stated"])
def test_a_judge_who_finds_nothing_said_makes_doubtful_at_worst(run: Run, opinion: str) -> None:
    write(PARTIAL)
    write(FOREIGN, name="b.md", head="language: de\n", video=GERMAN)
    with ScriptedServer(judge=says(opinion)) as server:
        doubtful = run(server, "--judge", "all")
        mild = run(None, support=0.05)
        judged = run(server, "--judge", "all", support=0.05)
    assert (mild[PARTIAL][0], judged[PARTIAL]) == ("supported", ("partial", "judge"))
    assert judged[FOREIGN] == ("partial", "judge")
    (reason,) = {c["reason"] for c in judged.report["citations"] if c["claim"] == PARTIAL}
    assert reason.endswith(
        {"partly": "a part of it said.", "contradicted": "says otherwise.", "not_stated": "did not find it said."}[
            opinion
        ]
    )
    assert doubtful[PARTIAL] == ("partial", "support"), "it stays as it was"
    assert judged.result.exit_code == doubtful.result.exit_code == 0


def test_a_second_check_asks_nothing_and_says_the_same(run: Run) -> None:
    write_everything()
    with ScriptedServer(judge=says("supported")) as server:
        first = run(server, "--judge", "doubtful")
        calls = server.calls
        again = run(server, "--judge", "doubtful")
        assert 0 < calls == server.calls
    assert again.result.stdout == first.result.stdout
    assert "2 calls with about" in first.result.stderr
    assert "0 calls with about 0 tokens; 2 more are remembered" in again.result.stderr
    assert "scripted/m: 2 calls, " in first.result.stderr
    assert "scripted/m: 0 calls, 0 prompt tokens, 0 answer tokens" in again.result.stderr


@pytest.mark.parametrize("judge", [ScriptedJudge("inventing"), ScriptedJudge("first"), ScriptedJudge("strangers")])
def test_a_judge_with_a_habit_or_with_words_of_its_own_changes_nothing(run: Run, judge: ScriptedJudge) -> None:
    write_everything()
    plain = run(None)
    with ScriptedServer(judge=judge) as server:
        judged = run(server, "--judge", "all")
        assert server.calls
    assert judged.report["citations"] == plain.report["citations"]
    assert judged.report["summary"]["judged"]["answered"] == 0


def test_the_settings_ask_a_judge_and_the_option_goes_before_them(run: Run) -> None:
    write_everything()
    with ScriptedServer(judge=says("supported")) as server:
        assert run(server, "--judge", "none", judge="all").report["summary"]["judged"] is None
        assert server.calls == 0
        judged = run(server, judge="all", judge_model="scripted/large")
        assert {asked.body["model"] for asked in server.asked} == {"large"}
    assert judged.report["summary"]["judged"]["model"] == "scripted/large"


def test_without_a_judge_nothing_is_sent_told_or_stored(run: Run, tmp_path: Path) -> None:
    write_everything()
    with ScriptedServer() as server:
        done = run(server)
        assert server.calls == 0
    assert done.result.stderr == ""
    assert not (tmp_path / ".citenote").exists()


def test_the_dry_run_tells_what_is_then_asked_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    write_everything()
    with ScriptedServer(judge=says("supported")) as server:
        dry = run(server, "--judge", "all", "--dry-run").result
        assert (dry.exit_code, server.calls) == (0, 0)
        assert not (tmp_path / ".citenote").exists()
        run(server, "--judge", "all")
        assert dry.stdout.startswith(f"dry run: scripted/m would be asked about 4 claims in {server.calls} calls with ")
        again = run(server, "--judge", "all", "--dry-run").result.stdout
    assert f"in 0 calls with about 0 tokens; {server.calls} more are remembered; nothing was sent" in again
    assert run(None, "--dry-run").result.stdout.startswith("dry run: no model is asked")


@pytest.mark.parametrize("behaviour", ["bad_json", "error", "rejected", "refusal"])
def test_a_judge_that_fails_changes_no_verdict_and_the_report_says_so_once(run: Run, behaviour: Behaviour) -> None:
    write_everything()
    plain = run(None)
    with ScriptedServer(lambda _: behaviour) as server:
        judged = run(server, "--judge", "all")
        text = run(server, "--judge", "all", "--format", "text").result
        marks = run(server, "--judge", "all", "--format", "github").result
    assert judged.report["citations"] == plain.report["citations"]
    assert judged.report["summary"]["judged"] == {"asked": 4, "answered": 0, "model": "scripted/m"}
    assert text.stdout.count("not judged: ") == marks.stdout.count("::warning title=citenote judge::not judged: ") == 1
    assert judged.result.exit_code == plain.result.exit_code == 1


def test_a_server_that_says_nothing_is_left_alone(run: Run) -> None:
    for page in range(40):
        (Path("vault") / f"{page}.md").write_text(note(PARTIAL).replace("Pupils", variant(page)))
    with ScriptedServer(lambda _: "drop") as server:
        done = run(server, "--judge", "all")
        assert 3 <= server.calls < 8
    assert done.report["summary"]["judged"]["answered"] == 0


@pytest.mark.parametrize(("behaviour", "code"), [("bad_key", 3), ("no_credit", 3), ("no_model", 2)])
def test_a_judge_who_cannot_be_asked_at_all_ends_the_check(run: Run, behaviour: Behaviour, code: int) -> None:
    write_everything()
    with ScriptedServer(lambda _: behaviour) as server:
        done = run(server, "--judge", "all").result
    assert (done.exit_code, done.stdout) == (code, "")
    assert "http://127.0.0.1" in done.stderr.partition("\ncitenote: ")[2]


def test_a_judge_that_is_not_known_ends_the_check_before_anything_is_read(run: Run) -> None:
    done = run(None, "--judge", "all", judge_model="scriptd").result
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Did you mean scripted?" in done.stderr


def test_the_same_words_on_two_pages_are_asked_about_once(run: Run) -> None:
    write(PARTIAL)
    write(PARTIAL, name="b.md")
    with ScriptedServer(judge=says("supported")) as server:
        judged = run(server, "--judge", "doubtful")
        assert [len(items_of(asked.question)) for asked in server.asked] == [1, 1]
    assert judged[PARTIAL] == ("verified", "judge")
    assert judged.report["summary"]["judged"]["asked"] == 2


def test_a_row_of_citations_is_proved_by_the_one_that_the_judge_verifies(run: Run) -> None:
    away = '<a class="yt-timestamp" data-t="00:00:00">[00:00:00]</a>.'
    (Path("vault") / "a.md").write_text(note(PARTIAL).replace("</a>.", f"</a>{away}"))

    def truth(item: Item) -> str:
        return "supported" if item.lines[0] != CUES[0] else "not_stated"

    with ScriptedServer(judge=ScriptedJudge(truth=truth)) as server:
        judged = run(server, "--judge", "doubtful")
    verdicts = {c["time"]: c["verdict"] for c in judged.report["citations"]}
    assert verdicts["00:00:30"] == "verified"
    assert verdicts["00:00:00"] not in GOOD
    assert judged.result.exit_code == 0


@pytest.mark.usefixtures("run")
def test_processes_ask_as_one_does() -> None:
    """Enough citations that they are judged by several processes, where there are several cores."""
    body = "\n\n".join(cite(PARTIAL).replace("Pupils", variant(n)) for n in range(60))
    for page in range(20):
        (Path("vault") / f"{page}.md").write_text(note().rstrip() + f"\n\n{body}\n")
    answers = Counting()
    for processes in (1, 2):
        judging = Judging(policy=CitationPolicy(support=0.95, judge="all"), second=answers, processes=processes)
        report = check([Path("vault")], transcripts=Path("transcripts"), judging=judging)
        assert report.summary.verdicts == {"verified": 1_200}
        assert report.summary.opinions == Opinions(asked=1_200, answered=1_200, model="counting")
    assert answers.asked[0] == answers.asked[1]
    assert len(answers.asked[0]) == 60


class Counting:
    """A judge who finds everything said."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[Question, ...]] = []

    def __call__(self, asked: Sequence[Question]) -> Answers:
        self.asked.append(tuple(asked))
        return Answers((Judgement(opinion="supported", words=("fence",)),) * len(asked))


@pytest.mark.parametrize(("words", "told"), [(("--judge", "all"), True), ((), False)])
def test_a_run_takes_the_same_option(run: Run, words: tuple[str, ...], told: bool) -> None:
    run(None)
    done = CliRunner().invoke(main, ["run", f"transcripts/{ID}.en.srt", "--dry-run", *words])
    assert (done.exit_code, "judging, which is in it:" in done.stdout) == (0, told)


# what a judge may change

CHECKS = st.builds(
    Check,
    verdict=st.sampled_from(["quoted", "supported", "reanchored", "partial", "contradicted", "unsupported"]),
    tier=st.sampled_from(["support", "parts", "hedge", "negation", "number", "name", "quote", "place", "existence"]),
    reason=st.just(""),
    score=st.floats(0, 1),
)
JUDGEMENTS = st.builds(
    Judgement,
    opinion=st.sampled_from(["supported", "partly", "contradicted", "not_stated"]),
    words=st.just(("words",)),
)
HARD = {"number", "name", "quote", "place", "existence"}


@given(CHECKS, JUDGEMENTS)
def test_no_judgement_makes_a_citation_fail_or_lifts_what_code_knows_better(check: Check, said: Judgement) -> None:
    found = opinion_on(check, said)
    if found != check:
        assert found.verdict in {"verified", "partial"}
        assert found.tier == "judge"
        assert check.good or said.opinion == "supported"
    if not check.good and check.tier in HARD:
        assert found == check
    if found.verdict == "verified":
        assert said.opinion == "supported"
        assert check.verdict not in {"unsupported", "contradicted"}


@given(JUDGEMENTS)
def test_any_judgement_tells_something_of_a_claim_in_another_language(said: Judgement) -> None:
    assert opinion_on(UNREAD, said).verdict == ("verified" if said.opinion == "supported" else "partial")


@given(CHECKS)
def test_a_judge_is_asked_only_where_something_may_come_of_it(check: Check) -> None:
    question = open_question(transcript(*CUES), check, PARTIAL, 5_000, "all")
    opinions = ("supported", "partly", "contradicted", "not_stated")
    changes = any(opinion_on(check, Judgement(opinion=o, words=())) != check for o in opinions)
    assert (question is not None) == (changes and check.verdict != "reanchored")
    assert open_question(transcript(*CUES), check, PARTIAL, 5_000, "none") is None
