"""All desks of a run in batches: its models, and what is done with the questions that they wrote down."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pipeline.errors import SettingsError
from pipeline.models.batches.deferring import Deferring
from pipeline.models.batches.desk import Desk, Surroundings
from pipeline.models.batches.forms import Form
from pipeline.models.batches.insisting import Insisting
from pipeline.models.batches.packing import Limits
from pipeline.models.batches.parties import BatchServer, Ledger
from pipeline.models.batches.till import Till
from pipeline.models.budgeting import Payer, Purse
from pipeline.models.build import key_of, learning, served
from pipeline.models.capabilities import Abilities
from pipeline.models.fitting import Fitting
from pipeline.models.keys import Key
from pipeline.models.openai_batches import OpenAIBatches
from pipeline.models.outlining import Model
from pipeline.models.presets import OPENAI_URL, resolved
from pipeline.models.remembering import Replies
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import server_name


@dataclass(frozen=True)
class Memory:
    """What is remembered between runs."""

    replies: Replies
    batches: Ledger
    abilities: Abilities


@dataclass(frozen=True)
class Access:
    """How servers are reached."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """Where keys are looked up."""
    connect: Callable[[ModelSettings, str | None], BatchServer] = OpenAIBatches


class Office:
    """Models like those of `Servers`, whose questions are answered in batches.

    Args:
        memory: what is remembered.
        purse: pays for every question.
        world: clock, sleep, and who is told.
        fresh: ask again even what was answered before.
        access: how servers are reached.
    """

    def __init__(
        self, memory: Memory, purse: Purse, world: Surroundings, access: Access | None = None, *, fresh: bool = False
    ) -> None:
        self._memory = memory
        self._purse = purse
        self._world = world
        self._fresh = fresh
        self._access = access or Access()
        self._desks: dict[ModelSettings, Desk] = {}
        self._collected: set[str] = set()

    def model(self, settings: ModelSettings, payer: Payer | None = None) -> Model:
        """The model of these settings for the questions of one video.

        Raises:
            SettingsError: there is no key for a server that needs one, or the key or the base URL cannot be right.
        """
        name = payer.name if payer else settings.model
        settings = served(resolved("NAME", settings))
        if settings.gguf is not None:
            raise SettingsError(
                f"{settings.gguf} runs here, where there are no batches", remedy="Run it without --batch."
            )
        if settings not in self._desks:
            self._desks[settings] = self._desk(settings)
        desk = self._desks[settings]
        desk.till = replace(desk.till, model=name)
        return Fitting(desk.deferring.model(payer.video if payer else ""))

    @property
    def busy(self) -> bool:
        """Whether anything is under way or held back."""
        return any(desk.busy for desk in self._desks.values())

    def adopt(self) -> None:
        """Takes over what an earlier run left. Raises as `Desk.look`."""
        for desk in self._desks.values():
            desk.adopt()

    def begin(self) -> None:
        """Begins a round of the line."""
        for desk in self._desks.values():
            desk.begin()

    def send(self) -> None:
        """Sends what the models wrote down in this round. Raises as `Desk.send`."""
        for desk in self._desks.values():
            desk.send(desk.deferring.wanted)

    def look(self) -> None:
        """Looks once at all that is under way. Raises as `Desk.look`."""
        for desk in self._desks.values():
            desk.look()

    def end(self) -> None:
        """The run has no question left: what it did not get answered is asked again by the next one."""
        for desk in self._desks.values():
            desk.ledger.forgive(desk.deferring.given_up)

    def close(self) -> None:
        """Closes all connections."""
        for desk in self._desks.values():
            desk.server.close()

    def _desk(self, settings: ModelSettings) -> Desk:
        ledger, name = self._memory.batches, server_name(settings) or OPENAI_URL
        key = key_of(settings, self._access.environment)
        return Desk(
            name=f"{name} {settings.model}",
            server=self._access.connect(settings, key),
            ledger=ledger,
            form=Form(settings, learning(settings, self._memory.abilities), name, Key(key)),
            deferring=Deferring(self._memory.replies, self._collected, self._purse.remember, fresh=self._fresh),
            till=Till(self._purse, ledger, settings, settings.model),
            insist=Insisting(settings, clock=time.monotonic, sleep=self._world.sleep),
            world=self._world,
            limits=Limits(tokens=settings.batch_tokens),
            fresh=self._fresh,
        )
