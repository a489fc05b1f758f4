"""A small run in batches: a line of two stages over a real store, and a server without sockets. Nothing waits."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.backfilling import Rounds
from pipeline.batch import Outcome
from pipeline.errors import BadReply, SettingsError, StopRun, TransientError, Waiting
from pipeline.models.batches.desk import Surroundings
from pipeline.models.batches.office import Access, Memory, Office
from pipeline.models.batches.remotes import read_id, read_page, read_remote
from pipeline.models.budgeting import Payer, Purse
from pipeline.models.openai_batches import OpenAIBatches
from pipeline.models.outlining import Model
from pipeline.settings import BudgetPolicy, ModelSettings, Price
from pipeline.sources.wanted import Wanted
from pipeline.store.abilities import StoredAbilities
from pipeline.store.batches import BatchLedger
from pipeline.store.spending import SpendingLedger
from pipeline.store.store import Store
from pipeline.values.exchange import Message, Reply, Request
from pipeline.values.posted import Remote
from tests.batch_server import BatchServer, Call

SETTINGS = ModelSettings(
    base_url="http://127.0.0.1:9/v1", model="m", price=Price(input=1, output=2), attempts=3, give_up_after_s=1e6
)
VIDEOS = ("one", "two")
QUESTIONS = 3  # of each video in the first stage


class Killed(BaseException):
    """The process ends here."""


def request(text: str) -> Request:
    user = Message(role="user", content=f"{text}\nCORE\n1: five words are said here\nAt most 3 claims")
    return Request(
        model="m",
        base_url=SETTINGS.base_url,
        messages=(user,),
        schema_name="outline_draft",
        schema_text='{"type":"object"}',
        max_tokens=150,
    )


@dataclass
class Direct:
    """The server's own functions, with the troubles and errors that a client would make of them."""

    server: BatchServer

    def upload(self, name: str, content: bytes) -> str:
        return read_id(self._did("upload", lambda: self.server.upload(name, content)))

    def create(self, file_id: str, metadata: Mapping[str, str]) -> Remote:
        body = {"input_file_id": file_id, "endpoint": "/v1/chat/completions", "metadata": dict(metadata)}
        return read_remote(self._did("create", lambda: self.server.create(body)))

    def retrieve(self, batch_id: str) -> Remote | None:
        found = self._did("retrieve", lambda: self.server.retrieve(batch_id))
        return None if found == b"null" else read_remote(found)

    def newest(self) -> Iterator[Remote]:
        after = None
        while True:
            page, more = read_page(self._did("list", lambda after=after: self.server.listed(after)))  # type: ignore[misc]  # a default binds it now
            yield from page
            if not more:
                return
            after = page[-1].id

    def content(self, file_id: str) -> Iterator[bytes]:
        number = self.server.calls["content"]
        self._did("content", dict)
        content = self.server.files[file_id]
        cut = self.server.troubles("content", number) == "cut"
        middle = len(content) // 2
        yield content[:middle]
        if cut:
            raise TransientError("the connection broke off")
        yield content[middle:]

    def close(self) -> None:
        pass

    def _did(self, call: Call, act: Callable[[], Any]) -> bytes:
        number = self.server.calls[call]
        self.server.calls[call] += 1
        trouble = self.server.troubles(call, number)
        if trouble in {"500", "429", "drop"}:
            raise TransientError(trouble)
        if trouble in {"401", "no_credit"}:
            raise StopRun(trouble)
        if trouble in {"400", "404"}:
            raise SettingsError(trouble)
        done = json.dumps(act()).encode()
        if trouble == "drop_after":
            raise TransientError(trouble)
        return done


@dataclass
class World:
    """A machine: one store, one server, a clock that goes on by sleeping."""

    folder: Path
    server: BatchServer
    settings: ModelSettings = SETTINGS
    more: dict[str, ModelSettings] = field(default_factory=dict)
    """Other settings for some of the videos."""
    budget: BudgetPolicy = field(default_factory=BudgetPolicy)
    now: float = field(default_factory=time.time)
    told: list[str] = field(default_factory=list)
    runs: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    wrap: Callable[[Any], Any] = lambda thing: thing
    """What is put around the ledger and the server."""
    url: str = ""
    """Where the server is asked over the loopback by the real client; empty for no sockets."""

    def run(self, *, wait: bool = True, fresh: bool = False) -> tuple[Outcome, ...]:
        """A run over the videos: their first questions, then one that holds all answers."""
        self.runs += 1
        with Store(self.folder / "store.db") as store:
            ledger = BatchLedger(store)
            purse = Purse(SpendingLedger(store), self.budget, f"run{self.runs}")
            memory = Memory(store, self.wrap(ledger), StoredAbilities(store))
            access = Access({}, self._connected)
            world = Surroundings(lambda: self.now, self.sleep, self.told.append)
            office = Office(memory, purse, world, access, fresh=fresh)
            models = {
                video: office.model(self.more.get(video, self.settings), Payer(purse, "m", video)) for video in VIDEOS
            }
            line = _Line(models, self.texts)
            rounds = Rounds(office, line.round, self.sleep, self.told.append, wait=wait)
            self.purse = purse
            try:
                return rounds.run([Wanted(id=video) for video in VIDEOS])
            finally:
                office.close()

    def _connected(self, settings: ModelSettings, key: str | None) -> Any:
        if not self.url:
            return self.wrap(Direct(self.server))
        return self.wrap(OpenAIBatches(settings.model_copy(update={"base_url": self.url}), key))

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def store(self) -> Store:
        return Store(self.folder / "store.db")

    def spending(self) -> tuple[tuple[int, int, int], ...]:
        """Answered calls, tokens in and tokens out of each row that tells of spending."""
        with self.store() as store:
            ledger = SpendingLedger(store)
            assert ledger.unanswered()[0] == 0
            return tuple((s.usage.calls, s.usage.prompt, s.usage.completion) for s in ledger.spending())


@dataclass
class _Line:
    models: Mapping[str, Model]
    texts: dict[str, str]

    def round(self, wanted: Sequence[Wanted]) -> Sequence[Outcome]:
        return [self._outcome(video) for video in wanted]

    def _outcome(self, video: Wanted) -> Outcome:
        name = str(video.id)
        found = [self._asked(name, f"{name} {number}") for number in range(QUESTIONS)]
        if Waiting in map(type, found):
            return Outcome(wanted=video, state="waiting")
        texts = [reply.text if isinstance(reply, Reply) else type(reply).__name__ for reply in found]
        last = self._asked(name, f"{name}: {'; '.join(texts)}")
        if isinstance(last, Waiting):
            return Outcome(wanted=video, state="waiting")
        self.texts[name] = "\n".join([*texts, last.text if isinstance(last, Reply) else type(last).__name__])
        return Outcome(wanted=video, state="done")

    def _asked(self, video: str, text: str) -> Reply | Waiting | BadReply | TransientError:
        try:
            return self.models[video].answer(request(text))
        except (Waiting, BadReply, TransientError) as error:
            return error


class Dying:
    """Around the ledger and the server of a process, which is killed before its n-th call."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def __call__(self, thing: Any) -> Any:
        return _Watched(thing, self)

    def call(self, act: Callable[[], Any]) -> Any:
        step, self.calls = self.calls, self.calls + 1
        if step == self.at:
            raise Killed
        return act()


class _Watched:
    def __init__(self, thing: Any, dying: Dying) -> None:
        self._thing = thing
        self._dying = dying

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if name in {"newest", "content"}:
            return lambda *given: self._parts(found, given)
        if callable(found):
            return lambda *given, **named: self._dying.call(lambda: found(*given, **named))
        return found

    def _parts(self, found: Callable[..., Iterator[Any]], given: tuple[Any, ...]) -> Iterator[Any]:
        for part in found(*given):
            self._dying.call(lambda: None)
            yield part
