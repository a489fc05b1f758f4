"""An outliner and a judge that tell their stand-in what it will be asked, before they ask it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.models.asking import Asker
from pipeline.models.counting import count_tokens, request_tokens
from pipeline.models.judging import Judged, ModelJudge
from pipeline.models.outlining import Outlining
from pipeline.models.prompts import PromptFolder
from pipeline.rehearsing.specimens import judge_specimen, mend_specimen, outline_specimen, plan_specimen
from pipeline.rehearsing.stand_in import AtOnce, Replies, Specimen, StandIn
from pipeline.rehearsing.tally import CallCounter, Tally
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.draft import halves, header_of, outline_request
from pipeline.stages.exchanging import fenced
from pipeline.stages.judge import FORWARD, REVERSED, batches, judge_request
from pipeline.stages.mend import Failing, failing, mend_request, most_tokens
from pipeline.stages.propose import plannable
from pipeline.values.draft import ChunkDraft, DraftEvidence, DraftRepair, PlanDraft
from pipeline.values.exchange import Request, Usage
from pipeline.values.judgement import Question
from pipeline.values.outline import Check, Claim, Outline
from pipeline.values.script import Chunk, Script

_FAILING = 10  # one claim of so many, in the mending that is expected
_DEEPEST = 3  # halvings of a chunk
_FAILED = Check(
    verdict="unsupported", tier="support", reason="not all of its words stand in the line it cites", score=0
)
_PROVED = Check(verdict="supported", tier="support", reason="", score=1)


@dataclass(frozen=True)
class Desk:
    """Who is asked, and what is known of it."""

    server: ModelSettings
    settings: Settings
    prompts: PromptFolder
    replies: Replies
    """What is remembered."""
    counter: CallCounter


class RehearsedOutlining:
    """The outlining of one script, with nobody asked."""

    def __init__(self, script: Script, desk: Desk) -> None:
        self._script = script
        self._desk = desk
        self._header = header_of(script)
        self.model = StandIn(desk.replies, desk.counter)
        self._asking: Outlining = Asker(self.model, desk.server, desk.prompts, AtOnce(), desk.settings.notes)(script)
        self._new: set[int] = set()
        self.mending = Tally()
        """On top of what the model takes, if one claim in ten fails."""
        self.mending_most = Tally()
        """The same, if as many fail as can."""

    @property
    def usage(self) -> Usage:
        """Nothing."""
        return self._asking.usage

    def draft(self, done: Callable[[ChunkDraft], None]) -> tuple[ChunkDraft, ...]:
        """What is remembered, and specimens."""
        chunks = [(chunk, self._question(chunk)) for chunk in self._script.chunks]
        self._new = {chunk.number for chunk, (asked, _) in chunks if self._desk.replies.reply(asked.key) is None}
        self.model.expect([question for _, question in chunks], self._halves)
        return self._asking.draft(done)

    def _question(self, chunk: Chunk) -> tuple[Request, Specimen]:
        desk = self._desk
        request = outline_request(self._script, chunk, self._header, desk.prompts, desk.server)
        return request, partial(outline_specimen, self._script, chunk)

    def _halves(self) -> Iterator[tuple[Request, Specimen]]:
        """The questions about parts of chunks, which are asked where an answer was cut off."""
        level: Sequence[Chunk] = self._script.chunks
        for _ in range(_DEEPEST):
            level = [half for chunk in level for half in halves(self._script, chunk) or ()]
            yield from map(self._question, level)

    def mend(self, outline: Outline, told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """Mends what is known to have failed, and counts what may fail of the chunks that are new."""
        asked = failing(self._script, outline)
        self.model.expect([(self._mending(part), partial(mend_specimen, part)) for part in asked])
        new = [claim.id for claim in outline.claims if claim.chunk in self._new]
        for part in self._parts(outline, new[_FAILING // 2 :: _FAILING]):
            self.mending += self._desk.counter.call(self._mending(part), "mend", count_tokens(mend_specimen(part)))
        for part in self._parts(outline, new):
            self.mending_most += self._most(part)
        return self._asking.mend(outline, told)

    def _parts(self, outline: Outline, failed: Sequence[int]) -> tuple[Failing, ...]:
        """What would be asked if these claims, and no others, had failed."""
        return failing(self._script, _failed(outline, frozenset(failed))) if failed else ()

    def _mending(self, part: Failing) -> Request:
        return mend_request(self._script, part, self._header, self._desk.prompts, self._desk.server)

    def _most(self, part: Failing) -> Tally:
        desk, asked = self._desk, self._mending(part)
        prompt = most_tokens(self._script, part.chunk, self._header, desk.prompts, desk.server)
        return desk.counter.most(max(prompt, request_tokens(asked)), asked.max_tokens)

    def plan(self, outline: Outline) -> PlanDraft:
        """The remembered arrangement, or a specimen."""
        desk = self._desk
        claims = plannable(outline, desk.settings.notes)
        # a long video is arranged in parts: which claims a question is about is seen by their texts in it
        self.model.expect((), otherwise=lambda text: plan_specimen([c for c in claims if fenced(c.text) in text]))
        return self._asking.plan(outline)


def _failed(outline: Outline, numbers: frozenset[int]) -> Outline:
    """The outline as if these claims had failed, and no others."""
    claims = (_unproved(c) if c.id in numbers else c.model_copy(update={"check": _PROVED}) for c in outline.claims)
    return outline.model_copy(update={"claims": tuple(claims)})


def _unproved(claim: Claim) -> Claim:
    drafted = tuple(DraftEvidence(line=c.line, quote=c.quote) for c in claim.citations)
    return claim.model_copy(update={"check": _FAILED, "evidence": claim.evidence or drafted})


class RehearsedJudge:
    """A judge that is not asked."""

    def __init__(self, name: str, desk: Desk) -> None:
        self.name = name
        self._desk = desk
        self.model = StandIn(desk.replies, desk.counter)

    def __call__(self, asked: Sequence[Question], told: Callable[[int, int], None]) -> Judged:
        """What is remembered; of the rest it is found that every claim is said."""
        desk = self._desk
        self.model.expect(list(judge_questions(asked, desk)))
        return ModelJudge(self.name, self.model, desk.server, desk.prompts, AtOnce())(asked, told)


def judge_questions(asked: Sequence[Question], desk: Desk) -> Iterator[tuple[Request, Specimen]]:
    """The requests about these claims, in both orders."""
    for batch in batches(asked):
        for places, options in ((batch, FORWARD), (batch[::-1], REVERSED)):
            some = [asked[place] for place in places]
            yield judge_request(some, options, desk.prompts, desk.server), partial(judge_specimen, some)
