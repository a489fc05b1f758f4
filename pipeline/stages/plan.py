"""A proposed arrangement, checked: every claim exists and may be shown, none is lost, titles and aliases are sound.

The draft may come from a careless or hostile model. It holds no facts, so the worst it can do is to arrange badly:
what is wrong is mended here by rule, and only a plan that uses next to nothing is refused.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.errors import BadReply
from pipeline.settings import NotesPolicy
from pipeline.stages.arrange import Arranged, Block, adopt, fold, pages, repair_sections
from pipeline.stages.entities import known_entities
from pipeline.stages.titles import fallback_title, grounded, literal_aliases, tidy, unique
from pipeline.values.draft import DraftNote, DraftSection, DraftStep, PlanDraft
from pipeline.values.outline import Claim, Outline
from pipeline.values.plan import NotePlan, Plan, SectionPlan, Step

_LEAST_USED = 0.25
_MOST_PLACES = 2
_LONGEST_PARAGRAPH = 6


@dataclass(frozen=True)
class _Known:
    """The claims that may be shown, by id."""

    claims: dict[int, Claim]
    outline: Outline

    def of(self, ids: Iterable[int]) -> tuple[Claim, ...]:
        return tuple(self.claims[i] for i in ids)

    def lines(self, ids: Iterable[int]) -> set[int]:
        """All lines that these claims cite."""
        return {k.line for c in self.of(ids) for k in c.citations}


def settle(draft: PlanDraft, outline: Outline, policy: NotesPolicy, origin: str) -> Plan:
    """The plan that the draft means, in which every kept claim stands in a note or in `unused`.

    Args:
        draft: as a model or the extractive outliner proposed it.
        outline: the checked claims and quotes.
        policy: least claims of a note, most notes, whether doubtful claims are kept.
        origin: for `Plan.origin`.

    Raises:
        BadReply: there is no claim to show, or the draft places less than a quarter of those there are.
    """
    kept = outline.kept(doubtful=policy.doubtful == "mark")
    known = _Known({c.id: c for c in kept if any(k.grade != "missing" for k in c.citations)}, outline)
    if not known.claims:
        raise BadReply("No claim of this video could be verified, so there is nothing to write.")
    arranged = _arranged(draft, known)
    placed = {i for note in arranged for i in note.claims}
    if len(placed) < _LEAST_USED * len(known.claims):
        raise BadReply(f"The plan places {len(placed)} of {len(known.claims)} claims.")
    unused = {u.claim for u in draft.unused if u.claim in known.claims} - placed
    forgotten = sorted(set(known.claims) - placed - unused)
    times = {i: c.citations[0].time_ms for i, c in known.claims.items()}
    arranged = fold(adopt(arranged, forgotten, times), policy.min_claims, policy.max_notes)
    notes = _noted([repair_sections(n) for n in arranged], known)
    return Plan(
        notes=notes, entities=known_entities(draft.entities, outline), unused=tuple(sorted(unused)), origin=origin
    )


class _Picking:
    """Takes steps on claims that exist, each once a note and in two notes at most."""

    def __init__(self, known: _Known) -> None:
        self._known = known
        self._places: Counter[int] = Counter()
        self.seen: set[int] = set()

    def steps(self, drafts: tuple[DraftStep, ...]) -> tuple[Step, ...]:
        """The sound ones in their order; the first begins a paragraph."""
        kept: list[Step] = []
        before = 0
        for step in drafts:
            if (
                step.claim in self._known.claims
                and step.claim not in self.seen
                and self._places[step.claim] < _MOST_PLACES
            ):
                self.seen.add(step.claim)
                # A join speaks of the claim before it; when that one was left out, it would speak of another.
                kept.append(Step(join=step.join if kept and kept[-1].claim == before else "", claim=step.claim))
            before = step.claim
        return tuple(kept)

    def note(self, draft: DraftNote) -> Arranged | None:
        """One note; None when nothing is left of it."""
        self.seen = set()
        lead = self.steps(draft.lead)
        blocks = tuple(self._block(s) for s in draft.sections)
        self._places.update(self.seen)
        title = _title(draft, self._known.of(sorted(self.seen)))
        lines = self._known.lines(self.seen)
        filled = tuple(replace(b, callout=_sound(b.callout, self._known, lines)) for b in blocks if b.paragraphs)
        callout = _sound(draft.callout, self._known, lines)
        return Arranged(title, draft.aliases, lead, callout, filled) if self.seen else None

    def _block(self, draft: DraftSection) -> Block:
        kept = [self.steps(p) for p in draft.paragraphs]
        short = tuple(part for p in kept if p for part in pages(p, _LONGEST_PARAGRAPH))
        return Block(tidy(draft.heading, 8), short, draft.callout)


def _arranged(draft: PlanDraft, known: _Known) -> list[Arranged]:
    picking = _Picking(known)
    return [note for note in map(picking.note, draft.notes) if note is not None]


def _title(note: DraftNote, claims: tuple[Claim, ...]) -> str:
    title = tidy(note.title)
    return title if title and grounded(title, claims) else fallback_title(claims)


def _noted(arranged: list[Arranged], known: _Known) -> tuple[NotePlan, ...]:
    taken: set[str] = set()
    titled = [replace(n, title=unique(n.title, taken)) for n in arranged]
    names = {n.title.casefold() for n in titled}
    texts = "\n".join(c.text for c in known.claims.values())
    shown: set[int] = set()
    return tuple(_note(n, literal_aliases(n.aliases, texts, names, n.title), known, shown) for n in titled)


def _note(note: Arranged, aliases: tuple[str, ...], known: _Known, shown: set[int]) -> NotePlan:
    lines = known.lines(note.claims)
    quote = _callout(note.callout, known, lines, shown)
    sections = tuple(
        SectionPlan(heading=b.heading, paragraphs=b.paragraphs, quote=_callout(b.callout, known, lines, shown))
        for b in note.blocks
    )
    return NotePlan(title=note.title, aliases=aliases, lead=note.lead, quote=quote, sections=sections)


def _callout(number: int, known: _Known, lines: set[int], shown: set[int]) -> int:
    """A sound quote that is shown nowhere else yet; else 0."""
    sound = 0 if number in shown else _sound(number, known, lines)
    if sound:
        shown.add(sound)
    return sound


def _sound(number: int, known: _Known, lines: set[int]) -> int:
    """The quote if it is proved and no claim of the note already says its line; else 0."""
    quote = next((q for q in known.outline.quotes if q.id == number), None)
    if quote is None or quote.citation.line in lines or quote.citation.grade == "missing":
        return 0
    return number if quote.check.good else 0
