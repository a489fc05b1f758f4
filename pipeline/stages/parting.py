"""Plans in parts: the claims of a long video are arranged stretch by stretch, side by side, and then put together.

One question about a thousand claims is answered late and badly. A topic that comes up in several stretches is one note
if its titles coincide; that the parts cannot agree on titles beforehand is the price of asking them at once.
"""

from collections.abc import Callable, Sequence

from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words
from pipeline.language.tokens import tokens
from pipeline.settings import NotesPolicy
from pipeline.values.draft import DraftNote, DraftSection, PlanDraft
from pipeline.values.outline import Claim, Outline

MOST_PLANNED = 400
"""Claims that one question asks to arrange: those of somewhat less than two hours of talk."""

_LEAST_PLANNED = 12  # fewer are no smaller question than the rules before them
_SLACK = 0.25  # of a part, in which a cut looks for the end of a chunk


def parted(
    claims: Sequence[Claim], fits: Callable[[tuple[Claim, ...]], bool] = lambda _: True
) -> tuple[tuple[Claim, ...], ...]:
    """The claims in parts of about equal size, in order, as few as there can be.

    Args:
        claims: in the order of the video.
        fits: whether a model can be asked about so many; parts of a dozen claims are made no smaller.
    """
    count = max(1, -(-len(claims) // MOST_PLANNED))
    while True:
        parts = _cut(claims, count)
        if all(len(part) <= _LEAST_PLANNED or fits(part) for part in parts):
            return parts
        count += max(1, count // 4)


def part_of(outline: Outline, claims: tuple[Claim, ...], whole: tuple[Claim, ...]) -> Outline:
    """The outline with some of its claims, and the quotes said between them; with all quotes, if they are the whole."""
    if len(claims) == len(whole):
        return outline.model_copy(update={"claims": claims})
    times = [citation.time_ms for claim in claims for citation in claim.citations]
    first, last = min(times, default=0), max(times, default=0)
    quotes = tuple(quote for quote in outline.quotes if first <= quote.citation.time_ms <= last)
    return outline.model_copy(update={"claims": claims, "quotes": quotes})


def share_of(policy: NotesPolicy, claims: int, total: int) -> NotesPolicy:
    """The policy with as many of its notes as fall to so many of all claims."""
    return policy.model_copy(update={"max_notes": max(1, policy.max_notes * claims // total)})


def _cut(claims: Sequence[Claim], count: int) -> tuple[tuple[Claim, ...], ...]:
    """Cuts near where equal parts end, between chunks where one ends there: chunks are cut at pauses and chapters."""
    size = len(claims) / count
    ends = [_end(claims, round(size * number), size * _SLACK / 2) for number in range(1, count)]
    return tuple(tuple(claims[a:b]) for a, b in zip([0, *ends], [*ends, len(claims)], strict=True))


def _end(claims: Sequence[Claim], near: int, slack: float) -> int:
    between = [
        place
        for place in range(max(1, near - int(slack)), min(len(claims) - 1, near + int(slack)) + 1)
        if claims[place].chunk != claims[place - 1].chunk
    ]
    return min(between, key=lambda place: abs(place - near), default=near)


def together(plans: Sequence[PlanDraft], language: str) -> PlanDraft:
    """The plans of all parts as one; notes whose titles have the same words are one note.

    Args:
        plans: in the order of the video, no claim in two of them.
        language: of the titles, a BCP 47 tag.
    """
    notes: dict[tuple[str, ...], DraftNote] = {}
    for note in (note for plan in plans for note in plan.notes):
        words = _words(note.title, language)
        notes[words] = _continued(notes[words], note) if words in notes else note
    return PlanDraft(
        entities=tuple(entity for plan in plans for entity in plan.entities),
        notes=tuple(notes.values()),
        unused=tuple(unused for plan in plans for unused in plan.unused),
    )


def _words(title: str, language: str) -> tuple[str, ...]:
    norms = [token.norm for token in tokens(title)]
    said = [norm for norm in norms if norm not in stop_words(language)] or norms
    return tuple(sorted({stem(norm, language) for norm in said})) or (title,)


def _continued(note: DraftNote, later: DraftNote) -> DraftNote:
    """A note with what another has on the same topic. The lead of the other opens its first section."""
    first, *rest = later.sections or (DraftSection(heading=later.title, paragraphs=(), callout=0),)
    opened = first.model_copy(
        update={
            "paragraphs": (later.lead, *first.paragraphs) if later.lead else first.paragraphs,
            "callout": first.callout or (later.callout if note.callout else 0),
        }
    )
    return note.model_copy(
        update={
            "aliases": tuple(dict.fromkeys((*note.aliases, *later.aliases))),
            "callout": note.callout or later.callout,
            "sections": (*note.sections, opened, *rest),
        }
    )
