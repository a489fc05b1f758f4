"""The model that is asked for a second opinion on citations: who it is, what asking takes, and asking it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.checking.second_opinion import Answers
from pipeline.errors import BadReply, CitenoteError, TransientError
from pipeline.models.budgeting import Payer, Purse
from pipeline.models.build import Servers
from pipeline.models.capabilities import Abilities
from pipeline.models.choosing import EXTRACTIVE, Choice, choose, choose_judge
from pipeline.models.judging import ModelJudge
from pipeline.models.outlining import Model
from pipeline.models.pricing import expect_priced
from pipeline.models.prompts import load_prompts
from pipeline.models.remembering import Replies
from pipeline.models.unanswered import why_unanswered
from pipeline.settings import ModelSettings, Settings
from pipeline.stages.exchanging import Prompts
from pipeline.stages.judge import FORWARD, REVERSED, batches, judge_request
from pipeline.stages.split import estimate_tokens
from pipeline.values.exchange import Reply, Request, Usage
from pipeline.values.judgement import Question
from pipeline.values.spending import dollars

_SILENT = 3
"""Requests without any answer after which a server is left alone: each was tried again for minutes."""


@dataclass(frozen=True, slots=True)
class Hired:
    """Who judges."""

    name: str
    """For the report and for people."""
    server: ModelSettings
    why: str


def hired(settings: Settings, environment: Mapping[str, str]) -> Hired | None:
    """The model that these settings ask for second opinions; None when they ask nobody.

    Raises:
        SettingsError: it is not configured or has no key, or there is none at all.
    """
    if settings.citations.judge == "none":
        return None
    nobody = Choice(name=EXTRACTIVE, server=None, why="a judge is named")
    outlining = nobody if settings.citations.judge_model else choose(settings, environment)
    choice = choose_judge(settings, environment, outlining)
    return Hired(choice.name, choice.server, choice.why) if choice and choice.server else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What asking takes. Requests that are asked again or cut in halves come on top."""

    claims: int = 0
    calls: int = 0
    """Requests that are not remembered."""
    remembered: int = 0
    prompt_tokens: int = 0
    """Of the calls; an estimate."""

    def __str__(self) -> str:
        """For people."""
        known = f"; {_counted(self.remembered, 'more is', 'more are')} remembered" if self.remembered else ""
        calls = _counted(self.calls, "call", "calls")
        return f"{_counted(self.claims, 'claim', 'claims')} in {calls} with about {self.prompt_tokens:,} tokens{known}"


def plan(asked: Sequence[Question], server: ModelSettings, prompts: Prompts, replies: Replies | None) -> Plan:
    """What asking these questions takes; `replies` are those that are remembered, None if there are none."""
    requests = [
        judge_request([asked[place] for place in places], options, prompts, server)
        for batch in batches(asked)
        for places, options in ((batch, FORWARD), (batch[::-1], REVERSED))
    ]
    new = [request for request in requests if replies is None or replies.reply(request.key) is None]
    tokens = sum(estimate_tokens(message.content) for request in new for message in request.messages)
    return Plan(len(asked), len(new), len(requests) - len(new), tokens)


class Rehearsing:
    """In the place of a judge: keeps what asking would take, and asks nobody."""

    def __init__(self, who: Hired, settings: Settings, replies: Replies | None) -> None:
        """`replies` as of `plan`. Raises SettingsError for a prompt that is wrong."""
        self.name = who.name
        self._server = who.server
        self._prompts = load_prompts(settings.prompts)
        self._replies = replies
        self.plan = Plan()

    def __call__(self, asked: Sequence[Question]) -> Answers:
        """No judgement of any claim."""
        self.plan = plan(asked, self._server, self._prompts, self._replies)
        return Answers((None,) * len(asked))


@dataclass(frozen=True, slots=True)
class Means:
    """What asking takes besides a model."""

    replies: Replies
    purse: Purse
    abilities: Abilities | None = None
    """Which way of asking the server knows; found out anew where it is None."""


class Asking:
    """A model as the second judge of a check; says what it will take, and what it took."""

    def __init__(self, who: Hired, settings: Settings, means: Means, tell: Callable[[str], None]) -> None:
        """`tell` hears a line of text for people.

        Raises:
            SettingsError: the key or the base URL cannot be right, a prompt is wrong, or there is a budget and the
                price is not known.
        """
        expect_priced(settings.budget, {who.name: who.server}, at=datetime.now(UTC))
        self.name = who.name
        self._server = who.server
        self._replies = means.replies
        self._purse = means.purse
        self._tell = tell
        self._stopped = threading.Event()
        self._prompts = load_prompts(settings.prompts)
        servers = Servers(means.replies, abilities=means.abilities, sleep=self._sleep)
        self._model = servers.model(who.server, Payer(means.purse, who.name))

    def __call__(self, asked: Sequence[Question]) -> Answers:
        """The judgement of each claim.

        Raises:
            StopRun, SettingsError: as the model raises them; what was answered is kept.
        """
        self._tell(f"asking {self.name} about {plan(asked, self._server, self._prompts, self._replies)}")
        heard = _Hearing(self._model, self._replies)
        calls = ThreadPoolExecutor(self._server.concurrency, thread_name_prefix="call")
        try:
            judged = ModelJudge(self.name, heard, self._server, self._prompts, calls)(asked)
        except CitenoteError:  # what is in flight is paid for: it is waited for, but not for a next attempt
            self._stopped.set()
            calls.shutdown(wait=True, cancel_futures=True)
            raise
        finally:
            calls.shutdown(wait=False, cancel_futures=True)
        self._tell(f"{self.name}: {_cost(judged.usage)}, {dollars(self._purse.spent().cost_usd)}")
        if heard.trouble:
            self._tell(f"{self.name}: {heard.trouble}")
        return Answers(judged.judgements, heard.why or ("" if judged.answered else "no answer could be used"))

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise CancelledError


class _Hearing:
    """A model that remembers why it gave no answer, and is left alone when it gives none at all."""

    def __init__(self, model: Model, replies: Replies) -> None:
        self._model = model
        self._replies = replies
        self._silent = 0
        self.trouble = ""
        """The first reason, with the server's own words; empty when there was an answer to every request."""
        self.why = ""
        """The same in words of ours alone, which may stand in a report."""

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside; of a silent one only what is remembered."""
        if self._silent >= _SILENT and self._replies.reply(request.key) is None:
            raise TransientError("the server is left alone after requests without an answer")
        try:
            reply = self._model.answer(request)
        except (BadReply, TransientError) as error:
            self._silent += isinstance(error, TransientError)
            self.trouble = self.trouble or error.message
            self.why = self.why or why_unanswered(error)
            raise
        self._silent = 0
        return reply


def _cost(usage: Usage) -> str:
    cached = f" ({usage.cached:,} cached)" if usage.cached else ""
    calls = _counted(usage.calls, "call", "calls")
    return f"{calls}, {usage.prompt:,} prompt tokens{cached}, {usage.completion:,} answer tokens"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
