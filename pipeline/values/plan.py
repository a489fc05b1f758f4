"""Claims arranged into notes, by id only, after the plan was checked: every id exists, none is lost."""

from typing import Literal

from pipeline.values.base import Value
from pipeline.values.forms import Join


class Step(Value):
    """One claim in its place."""

    join: Join
    claim: int


class Entity(Value):
    """A name in the claims: its fullest proven form, its short form, its pronoun ("" if unsure)."""

    name: str
    full: str
    pronoun: Literal["he", "she", "it", "they", ""]
    short: str


class SectionPlan(Value):
    """A heading ("" for none) and its paragraphs."""

    heading: str
    paragraphs: tuple[tuple[Step, ...], ...]
    quote: int = 0
    """Id of a Quote, 0 for none."""


class NotePlan(Value):
    """One topic. Titles are unique within a plan."""

    title: str
    aliases: tuple[str, ...]
    lead: tuple[Step, ...]
    quote: int = 0
    sections: tuple[SectionPlan, ...]


class Plan(Value):
    """All notes of one video. Every kept claim is in a note or in `unused`."""

    notes: tuple[NotePlan, ...]
    entities: tuple[Entity, ...] = ()
    unused: tuple[int, ...] = ()
    origin: str = "model"
    """Who arranged it: "model", "extractive", or "fallback" when a model's plan could not be used."""
