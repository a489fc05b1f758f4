"""Measures what guards a judge's opinion: `python -m benchmarks.judging [--shared DIR] [--lies SHARE]`.

A scripted judge that knows the truth lies about each claim of each request with a given probability; every other lie
comes with invented words, the rest with words that a careful reader would have named. The claims are constructed and
hand-written ones of known truth where the shared data are; else they are made of the bundled lecture: sentences of it
as they are, and with a number, a "not" or the end of another sentence put in. Writes benchmarks/JUDGE.md.
"""

import argparse
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.models.prompts import PromptFolder
from pipeline.settings import ModelSettings
from pipeline.sources.files import read_transcript_file
from pipeline.stages.judge import (
    FORWARD,
    REVERSED,
    Passage,
    Vote,
    agreed,
    batches,
    is_open,
    judge_request,
    question_at,
    read_judgements,
    settle_check,
    vote,
)
from pipeline.stages.verify import TranscriptIndex, check_citation
from pipeline.values.exchange import Reply, Usage
from pipeline.values.judgement import DraftJudgement, Judgement, Opinion, Question
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript
from tests.scripted_judge import Item, ScriptedJudge

HERE = Path(__file__).parent
LECTURE = HERE.parent / "examples/longitude-lecture.en.vtt"
PROMPTS, SETTINGS = PromptFolder(), ModelSettings(base_url="http://127.0.0.1:1/v1")
_HONEST = frozenset({"ok", "benign"})
_SEEDS = 3
_CONSTRUCTED = 1_000  # of the constructed claims: more of them change no figure by a point
_METHOD = """\
`python -m benchmarks.judging`. A scripted judge lies about {lies:.0%} of the claims of each request; every other lie
names words that nobody said. {source} Mean of {seeds} seeds."""
_GUARDING = """\
Without guards one answer decides. *Both orders* asks twice, with the options turned round, and believes only what is
said both times. *Deciding words* believes only answers whose words stand in the passage and bear on the claim. What
is not believed leaves a claim as it was."""


@dataclass(frozen=True)
class Case:
    """A claim of known truth, what the tiers say of it, and what a judge is shown."""

    true: bool
    check: Check
    passage: Passage
    held_out: bool


@dataclass(frozen=True)
class Guard:
    """Which guards an opinion must pass."""

    name: str
    orders: int
    words: bool


GUARDS = (
    Guard("one order, words not checked", 1, words=False),
    Guard("both orders", 2, words=False),
    Guard("deciding words", 1, words=True),
    Guard("both orders and deciding words", 2, words=True),
)


def shared_cases(shared: Path) -> Iterator[Case]:
    """The constructed and the hand-written claims whose time is right and whose words are not quoted."""
    transcripts = shared / "bench/transcripts"
    everything = _read(shared / "bench/cases.jsonl")
    constructed = random.Random(0).sample(everything, min(_CONSTRUCTED, len(everything)))
    tuned = set(sorted({c["vid"] for c in everything})[::2])
    told = [
        (c["vid"], c["claim"], c["cite_s"], c["gold"] in _HONEST)
        for c in constructed
        if not c["quote"] and c["cite_s"] is not None and c["gold"] in {*_HONEST, "unsupported"}
    ]
    for c in _read(shared / "bench/natural.jsonl"):
        told += [(c["vid"], c["supported"], c["start"], True), (c["vid"], c["edited"], c["start"], False)]
    for group, (video, claim, seconds, true) in enumerate(sorted(told, key=lambda t: (t[0], t[2]))):
        index = _index(transcripts / f"{video}.json")
        case = _case(index, claim, round(seconds * 1000), true=true, group=group // 10)
        if case:
            yield Case(*case, held_out=video not in tuned)


def _case(index: TranscriptIndex, claim: str, ms: int, *, true: bool, group: int) -> tuple[bool, Check, Passage] | None:
    check = check_citation(index, claim, ms)
    if check.verdict == "reanchored" or not 0 <= ms <= index.transcript.end_ms:
        return None
    return true, check, Passage(question_at(index.transcript, claim, ms, group))


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def _index(path: Path) -> TranscriptIndex:
    return TranscriptIndex(read_transcript_file(path).model_copy(update={"language": "en"}))


def bundled_cases() -> Iterator[Case]:
    """Claims made of the bundled lecture."""
    transcript: Transcript = read_transcript_file(LECTURE)
    index = TranscriptIndex(transcript)
    said = [s for s in transcript.segments if len(s.text.split()) >= 8]
    for number, (segment, other) in enumerate(zip(said, said[len(said) // 2 :] + said[: len(said) // 2], strict=True)):
        words, others = segment.text.split(), other.text.split()
        half = len(words) // 2
        told = {
            segment.text: True,
            " ".join([*words[:half], "not", *words[half:]]): False,
            " ".join([*words[:half], *others[len(others) // 2 :]]): False,
        }
        for claim, true in told.items():
            case = _case(index, claim, segment.start_ms, true=true, group=number // 4)
            if case:
                yield Case(*case, held_out=bool(number % 2))


def answers(
    judge: ScriptedJudge, asked: Sequence[Question], options: tuple[Opinion, ...]
) -> list[DraftJudgement | None]:
    """The judge's word on each question, asked as it would be over a wire."""
    found: list[DraftJudgement | None] = [None] * len(asked)
    for places in batches(asked):
        request = judge_request([asked[place] for place in places], options, PROMPTS, SETTINGS)
        text = json.dumps(judge(request.messages[-1].content))
        reply = Reply(text=text, finish="stop", model="scripted", usage=Usage())
        for number, draft in read_judgements(reply, len(places)).items():
            found[places[number - 1]] = draft
    return found


def opinion(passage: Passage, drafts: Sequence[DraftJudgement | None], guard: Guard) -> Judgement | None:
    """What is believed of the answers in either order."""
    votes = [_vote(passage, draft, guard) if draft else None for draft in drafts[: guard.orders]]
    return agreed(votes[0], votes[-1])


def _vote(passage: Passage, draft: DraftJudgement, guard: Guard) -> Vote | None:
    return vote(passage, draft) if guard.words else Vote(draft.verdict, draft.words)


@dataclass
class Tally:
    """What became of the claims that were asked about."""

    asked: int = 0
    wrong: int = 0
    right: int = 0
    wrong_verified: int = 0
    wrong_good: int = 0
    right_lowered: int = 0
    right_good: int = 0
    open: int = 0

    def count(self, case: Case, said: Judgement | None) -> None:
        after = settle_check(case.check, said) if said else case.check
        self.asked += 1
        self.open += said is None
        if case.true:
            self.right += 1
            self.right_good += after.good
            self.right_lowered += _rank(after) < _rank(case.check)
        else:
            self.wrong += 1
            self.wrong_good += after.good
            self.wrong_verified += after.verdict == "verified"


def _rank(check: Check) -> int:
    return 2 if check.good else 1 if check.doubtful else 0


def measured(cases: Sequence[Case], lies: float) -> Mapping[Guard, Tally]:
    """The tallies of each guard over some seeds."""
    tallies = {guard: Tally() for guard in GUARDS}
    truth = {case.passage.question.claim: "supported" if case.true else "contradicted" for case in cases}
    asked = [case.passage.question for case in cases]
    for seed in range(_SEEDS):
        judge = ScriptedJudge(lies=lies, seed=seed, truth=lambda item: truth[_known(item, truth)])
        both = [answers(judge, asked, options) for options in (FORWARD, REVERSED)]
        for place, case in enumerate(cases):
            drafts = [given[place] for given in both]
            for guard, tally in tallies.items():
                tally.count(case, opinion(case.passage, drafts, guard))
    return tallies


def _known(item: Item, truth: Mapping[str, str]) -> str:
    """The claim as it was before it was cleaned for sending."""
    return item.claim if item.claim in truth else next(c for c in truth if c.split() == item.claim.split())


def table(cases: Sequence[Case], lies: float) -> str:
    """The figures of one set as Markdown."""
    heads = ("guard", "wrong, made verified", "wrong, good in all", "right, lowered", "right, good in all", "left open")
    rows = [f"| {' | '.join((*heads, 'calls'))} |", "|---|---|---|---|---|---|---|"]
    right, wrong = [c for c in cases if c.true], [c for c in cases if not c.true]
    before = (sum(c.check.good for c in group) / max(1, len(group)) for group in (wrong, right))
    rows.append("| no judge | - | {:.1%} | - | {:.1%} | - | 0 |".format(*before))
    calls = len(list(batches([c.passage.question for c in cases])))
    for guard, t in measured(cases, lies).items():
        shares = (
            t.wrong_verified / max(1, t.wrong),
            t.wrong_good / max(1, t.wrong),
            t.right_lowered / max(1, t.right),
            t.right_good / max(1, t.right),
            t.open / max(1, t.asked),
        )
        rows.append(f"| {guard.name} | {' | '.join(f'{s:.1%}' for s in shares)} | {calls * guard.orders} |")
    return "\n".join([f"{len(cases)} claims asked about: {len(right)} right, {len(wrong)} wrong.\n", *rows])


def report(cases: Sequence[Case], lies: float, source: str) -> str:
    """The whole report as Markdown."""
    parts = [
        "# What guards a judge's opinion",
        _METHOD.format(lies=lies, source=source, seeds=_SEEDS),
        _GUARDING,
    ]
    for mode in ("doubtful", "all"):
        for name, held_out in (("half that thresholds were tuned on", False), ("held out", True)):
            chosen = [c for c in cases if c.held_out == held_out and is_open(c.check, c.passage, mode)]
            parts += [f"## `citations.judge: {mode}`, {name}", table(chosen, lies)]
    parts += ["## Honest judge, `all`", table([c for c in cases if is_open(c.check, c.passage, "all")], 0.0)]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=HERE.parents[1] / "shared")
    parser.add_argument("--lies", type=float, default=0.2)
    options = parser.parse_args()
    found: Iterable[Case]
    if (options.shared / "bench").is_dir():
        found, source = shared_cases(options.shared), "The claims are constructed and hand-written ones of known truth."
    else:
        found, source = bundled_cases(), "The claims are made of the bundled lecture."
    text = report(list(found), options.lies, source)
    (HERE / "JUDGE.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
