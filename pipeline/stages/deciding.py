"""A person's decisions applied to what was outlined: by what a claim says, so that they hold for later runs too.

A rejected claim leaves the plan, also where a later run words it a little differently. An edited or moved one takes the
place of the claim it was made from; where a later run no longer proposes that claim, it stands by itself. What a person
wrote and the check could not prove stays on the page, marked as doubtful, until it is accepted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.language.negation import negators
from pipeline.language.reading import read
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words
from pipeline.values.outline import Claim, Outline, Quote
from pipeline.values.plan import NotePlan, Plan, SectionPlan, Step
from pipeline.values.proof import Made
from pipeline.values.review import Action, Decision, Review

TIER = "review"
"""The tier of verdicts that a person gave."""

_NEAR_MS = 30_000
_SAME = 0.75  # of the stems of two wordings of one claim


@dataclass(frozen=True)
class Item:
    """A claim on its way through the decisions."""

    claim: Claim
    """As it reads now."""
    origin: str
    """As it was proposed."""
    changed: bool = False
    """Whether a person reworded it or cited it elsewhere."""
    action: Action | None = None
    """The last decision about it."""
    reason: str = ""
    note: str = ""
    """For a claim that nothing proposes any more: the note that it stood in."""


def decided(made: Made, review: Review) -> Made:
    """What the notes of a video are made of after a person's decisions; the same where there are none."""
    if not review.decisions:
        return made
    items = decided_items(made.outline, review, made.transcript.language)
    claims = [_shown(item) for item in items]
    rejected = frozenset(item.claim.id for item in items if item.action == "reject")
    quotes = tuple(_quote(q, review) for q in made.outline.quotes)
    plan = _without(made.plan, rejected)
    for item in items[len(made.outline.claims) :]:
        plan = plan if item.action == "reject" else _with(plan, item, claims)
    outline = made.outline.model_copy(update={"claims": tuple(claims), "quotes": quotes})
    return made.model_copy(update={"outline": outline, "plan": plan})


def decided_items(outline: Outline, review: Review, language: str) -> list[Item]:
    """The claims of an outline, by id, with what was decided about each; behind them those that only a person made."""
    items = [Item(c, c.text) for c in outline.claims]
    for decision in review.decisions:
        found = _meant(decision, items, language)
        for place in found:
            items[place] = _after(items[place], decision)
        if not found and decision.claim is not None:
            alone = decision.claim.model_copy(update={"id": len(items) + 1})
            items.append(Item(alone, decision.text, changed=True, action=decision.action, note=decision.note))
    return items


def _meant(decision: Decision, items: Sequence[Item], language: str) -> list[int]:
    """The claims that a decision is about: of these words, else, but for an acceptance, of nearly these."""
    words = _words(decision.text, language)
    exact = [
        i
        for i, item in enumerate(items)
        if words in {_words(item.origin, language), _words(item.claim.text, language)}
        and (len(items) == 1 or _near(item.claim, decision.time_ms) or decision.action == "reject")
    ]
    if exact or decision.action == "accept":
        return exact
    alike = [i for i, item in enumerate(items) if _near(item.claim, decision.time_ms)]
    alike = [i for i in alike if same_claim(decision.text, items[i].origin, language)]
    return alike if decision.action == "reject" else alike[:1]


def _near(claim: Claim, time_ms: int) -> bool:
    return any(abs(c.time_ms - time_ms) <= _NEAR_MS for c in claim.citations) or not claim.citations


def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(read([text], language).forms)


def same_claim(one: str, other: str, language: str) -> bool:
    """Whether two texts claim the same in other words: nearly all stems, all numbers and all negations are shared."""
    reading, second = read([one], language), read([other], language)
    if sorted(n.form for n in reading.numbers.values()) != sorted(n.form for n in second.numbers.values()):
        return False
    denying = negators(language)
    if sum(f in denying for f in reading.forms) != sum(f in denying for f in second.forms):
        return False
    stops = stop_words(language)
    mine = {stem(f, language) for f in reading.forms if f not in stops}
    yours = {stem(f, language) for f in second.forms if f not in stops}
    return bool(mine) and len(mine & yours) >= _SAME * len(mine | yours)


def _after(item: Item, decision: Decision) -> Item:
    changed = decision.claim.model_copy(update={"id": item.claim.id}) if decision.claim else item.claim
    was = item.changed or decision.claim is not None
    return replace(item, claim=changed, changed=was, action=decision.action, reason=decision.reason)


def _shown(item: Item) -> Claim:
    """The claim with the verdict that counts on the page."""
    check = item.claim.check
    if item.action == "reject":
        why = f"A person rejected it: {item.reason}" if item.reason else "A person rejected it."
        told = {"verdict": "unsupported", "tier": TIER, "reason": why}
    elif item.action == "accept" and not check.good:
        told = {"verdict": "supported", "tier": TIER, "reason": "A person accepted it."}
    elif item.action in {"edit", "move"} and not check.good:
        told = {"verdict": "partial"}
    else:
        return item.claim
    return item.claim.model_copy(update={"check": check.model_copy(update=told)})


def _quote(quote: Quote, review: Review) -> Quote:
    """A quote that a person rejected is shown nowhere."""
    last = next((d for d in reversed(review.decisions) if d.text == quote.text), None)
    if last is None or last.action != "reject":
        return quote
    told = {"verdict": "unsupported", "tier": TIER, "reason": "A person rejected it."}
    return quote.model_copy(update={"check": quote.check.model_copy(update=told)})


def _without(plan: Plan, rejected: frozenset[int]) -> Plan:
    """The plan without some claims; notes stay, also empty ones, so that each keeps its place."""

    def kept(steps: Iterable[Step]) -> tuple[Step, ...]:
        return tuple(s for s in steps if s.claim not in rejected)

    def section(of: SectionPlan) -> SectionPlan:
        paragraphs = tuple(p for p in map(kept, of.paragraphs) if p)
        return of.model_copy(update={"paragraphs": paragraphs})

    def note(of: NotePlan) -> NotePlan:
        return of.model_copy(update={"lead": kept(of.lead), "sections": tuple(map(section, of.sections))})

    return plan.model_copy(update={"notes": tuple(map(note, plan.notes))}) if rejected else plan


def _with(plan: Plan, item: Item, claims: Sequence[Claim]) -> Plan:
    """The plan with one more claim, behind the claim of its note that is said last before it."""
    notes = list(plan.notes)
    if not notes:
        return plan
    at = next((i for i, n in enumerate(notes) if n.title == item.note), None)
    time_ms = item.claim.citations[0].time_ms if item.claim.citations else 0

    def distance(number: int) -> int:
        cited = claims[number - 1].citations
        return time_ms - cited[0].time_ms if cited and cited[0].time_ms <= time_ms else 1 << 60

    chosen = [(distance(s.claim), i, s.claim) for i, n in enumerate(notes) if at in {None, i} for s in steps_of(n)]
    if not chosen:
        return plan
    _, place, before = min(chosen)
    notes[place] = _inserted(notes[place], before, Step(join="", claim=item.claim.id))
    return plan.model_copy(update={"notes": tuple(notes)})


def _inserted(note: NotePlan, before: int, step: Step) -> NotePlan:
    def grown(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(x for s in steps for x in ((s, step) if s.claim == before else (s,)))

    sections = tuple(s.model_copy(update={"paragraphs": tuple(map(grown, s.paragraphs))}) for s in note.sections)
    return note.model_copy(update={"lead": grown(note.lead), "sections": sections})


def steps_of(note: NotePlan) -> list[Step]:
    """The claims of a note in the order of its page."""
    return [*note.lead, *(s for section in note.sections for p in section.paragraphs for s in p)]
