"""Cases of every kind made from a transcript; the same for the same seed, whatever else is made."""

from collections.abc import Iterator, Sequence
from random import Random

from pipeline.measuring import denials, honest, mixing, names, numbers, opposites, quotes, speakers, times
from pipeline.measuring.case import Case, clock
from pipeline.measuring.kinds import Kind, Made, Scene
from pipeline.measuring.statements import Statement, Talk

KINDS: tuple[Kind, ...] = (
    *honest.KINDS,
    *numbers.KINDS,
    *denials.KINDS,
    *opposites.KINDS,
    *names.KINDS,
    *speakers.KINDS,
    *mixing.KINDS,
    *times.KINDS,
    *quotes.KINDS,
)
"""Every kind of case."""

_TRIES = 400  # statements of one talk that are looked at for one kind


def make_cases(talk: Talk, other: Talk | None, *, limit: int, seed: int) -> list[Case]:
    """The cases of one talk, at most `limit` of a kind.

    Args:
        talk: what the claims are about.
        other: another talk in the same language, for sentences and names that this one does not hold.
        limit: most cases of one kind.
        seed: the same seed gives the same cases.
    """
    return [case for kind in KINDS for case in _of_kind(kind, talk, other, (limit, seed))]


def others_of(talks: Sequence[Talk]) -> list[Talk | None]:
    """For each talk the next one in its language, or None if it is the only one."""
    found: list[Talk | None] = []
    for place, talk in enumerate(talks):
        rest = [*talks[place + 1 :], *talks[:place]]
        same = (t for t in rest if t.lexicon is talk.lexicon and t.transcript.video.id != talk.transcript.video.id)
        found.append(next(same, None))
    return found


def _of_kind(kind: Kind, talk: Talk, other: Talk | None, wanted: tuple[int, int]) -> Iterator[Case]:
    limit, seed = wanted
    rng = Random(f"{seed}:{talk.name}:{kind.gold}:{kind.name}")  # noqa: S311 - cases, no secrets
    scene = Scene(talk, other, rng)
    statements = list(talk.statements)
    rng.shuffle(statements)
    made = 0
    for statement in statements[:_TRIES]:
        if made == limit:
            return
        claim = kind.make(scene, statement)
        if claim and is_sure(kind, talk, claim):
            made += 1
            yield _case(kind, talk, statement, (claim, made))


def is_sure(kind: Kind, talk: Talk, made: Made) -> bool:
    """Whether a claim that should be refused is really said nowhere in the talk."""
    return kind.gold not in {"unsupported", "partial"} or kind.name == "speaker_wrong" or not talk.says(made.text)


def _case(kind: Kind, talk: Talk, statement: Statement, numbered: tuple[Made, int]) -> Case:
    made, number = numbered
    cite_ms = None if made.cite else statement.start_ms if made.cite_ms is None else made.cite_ms
    return Case(
        id=f"{talk.name}#{kind.gold}-{kind.name}-{number}",
        video=talk.name,
        language=talk.transcript.language,
        kind=kind.name,
        gold=kind.gold,
        claim=made.text,
        quote=kind.quote,
        speaker=made.speaker,
        cite=made.cite or clock(cite_ms or 0),
        cite_ms=cite_ms,
        true_ms=statement.start_ms if made.said else None,
        true_end_ms=statement.end_ms if made.said else None,
    )
