"""The plan: kept claims into notes by subject and time, with titles, leads, sections and quotes, by number only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.models.extractive.entities import find_entities
from pipeline.models.extractive.labels import aliases
from pipeline.models.extractive.likeness import centre, cosine, vector, weights
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.sections import (
    Placed,
    choose_lead,
    cut_sections,
    paragraphs,
    question_heading,
)
from pipeline.models.extractive.survey import Survey
from pipeline.models.extractive.titles import (
    Phrasing,
    Use,
    claimed_phrases,
    compose,
    compose_heading,
    overlaps,
    phrasing,
    ranked,
    uses,
)
from pipeline.settings import NotesPolicy
from pipeline.values.draft import DraftNote, DraftSection, DraftStep, DraftUnused, PlanDraft
from pipeline.values.outline import Claim, Outline, Quote


class Part(NamedTuple):
    """A note to be: a half-open range of lines and the claims in it."""

    begin: int
    end: int
    chapter: str
    claims: list[Placed]


class Talk(NamedTuple):
    """What a note is told apart by."""

    known: Phrasing
    parts: int


def make_plan(survey: Survey, outline: Outline, policy: NotesPolicy) -> PlanDraft:
    """Every kept claim in one note, or unused with the reason."""
    kept = outline.kept(doubtful=policy.doubtful == "mark")
    placed, unused = _place(kept, survey)
    parts = _fold(_parts(placed, survey), policy)
    talk = Talk(phrasing(survey), len(parts))
    notes: list[DraftNote] = []
    for part in parts:
        notes.append(_note(part, survey, talk, _quotes_in(part, outline.quotes, kept), notes))
    return PlanDraft(entities=find_entities(survey, kept), notes=tuple(notes), unused=tuple(unused))


def _place(kept: Sequence[Claim], survey: Survey) -> tuple[list[Placed], list[DraftUnused]]:
    """Claims in order of the talk; one that goes on from a claim that is not kept is unclear."""
    weight = weights([r.terms for r in survey.readings])
    placed: list[Placed] = []
    unused: list[DraftUnused] = []
    for claim in sorted(kept, key=lambda c: (c.citations[0].line if c.citations else 0, c.id)):
        if not claim.citations:
            unused.append(DraftUnused(claim=claim.id, reason="unclear"))
            continue
        index = min(max(claim.citations[0].line, 1), len(survey.readings)) - 1
        reading = read(claim.text, survey.profile)
        follows = _follows(reading.words[0].norm if reading.words else "", index, survey)
        if follows and not (placed and placed[-1].at in (index - 1, index)):
            unused.append(DraftUnused(claim=claim.id, reason="unclear"))
            continue
        own = vector(survey.readings[index].terms, weight)
        placed.append(Placed(claim.id, index, claim.text, reading, own, follows))
    return placed, unused


def _follows(word: str, index: int, survey: Survey) -> bool:
    sentence = survey.sentences.get(index)
    if sentence is not None and sentence.suitability.standing == "alone":
        return False
    return word.partition("'")[0] in survey.profile.follow


def _parts(placed: Sequence[Placed], survey: Survey) -> list[Part]:
    parts = [Part(t.begin, t.end, t.chapter, [p for p in placed if t.begin <= p.at < t.end]) for t in survey.topics]
    for i in range(1, len(parts)):
        # a claim that goes on from one before the cut stays with it
        while parts[i].claims and parts[i].claims[0].follows and parts[i - 1].claims:
            parts[i - 1].claims.append(parts[i].claims.pop(0))
    return parts


def _fold(parts: list[Part], policy: NotesPolicy) -> list[Part]:
    """Small parts joined to the neighbour that is more alike, until each is large enough and there are few enough."""
    while len(parts) > 1:
        at = min(range(len(parts)), key=lambda i: (len(parts[i].claims), i))
        if len(parts[at].claims) >= policy.min_claims and len(parts) <= policy.max_notes:
            break
        beside = [i for i in (at - 1, at + 1) if 0 <= i < len(parts)]
        mate = max(beside, key=lambda i: (_alike(parts[i], parts[at]), -len(parts[i].claims)))
        first, second = sorted((at, mate))
        parts[first : second + 1] = [_joined(parts[first], parts[second])]
    return [p for p in parts if p.claims]


def _alike(a: Part, b: Part) -> float:
    return cosine(centre(c.vector for c in a.claims), centre(c.vector for c in b.claims))


def _joined(a: Part, b: Part) -> Part:
    larger = max(a, b, key=lambda p: len(p.claims))
    return Part(a.begin, b.end, larger.chapter, [*a.claims, *b.claims])


def _quotes_in(part: Part, quotes: Sequence[Quote], kept: Sequence[Claim]) -> list[Quote]:
    """Quotes of this part whose line no claim cites."""
    cited = {c.line for claim in kept for c in claim.citations}
    return [
        q
        for q in quotes
        if part.begin < q.citation.line <= part.end
        and q.citation.line not in cited
        and q.check.verdict in ("supported", "repaired")
    ]


def _note(part: Part, survey: Survey, talk: Talk, quotes: Sequence[Quote], earlier: Sequence[DraftNote]) -> DraftNote:
    found = uses(survey, talk.known, part.begin, part.end)
    claimed = claimed_phrases((c.reading for c in part.claims), survey.profile)
    best = ranked(found, claimed, alone=talk.parts == 1)
    # a title says what the claims of its note say, not what a question or an advertisement said
    said = {t for c in part.claims for t in c.reading.terms}
    best = [u for u in best if said.intersection(u.key)] or best
    title = _title(part, (best, found), survey, [n.title for n in earlier])
    stems = read(title, survey.profile).terms
    lead = choose_lead(part.claims, survey, stems)
    rest = [c for c in part.claims if c not in lead]
    sections = _sections(rest, part, survey, title, list(quotes))
    shown = {s.callout for s in sections}
    callout = next((q.id for q in quotes if q.id not in shown), 0) if not any(shown) else 0
    return DraftNote(
        title=title,
        # in a talk on one subject nothing tells which phrases mean the subject
        aliases=_aliases(found, survey, title, earlier) if talk.parts > 1 else (),
        lead=tuple(_steps(lead)),
        callout=callout,
        sections=tuple(sections),
    )


def _aliases(found: Sequence[Use], survey: Survey, title: str, earlier: Sequence[DraftNote]) -> tuple[str, ...]:
    taken = {a.casefold() for n in earlier for a in (n.title, *n.aliases)}
    return tuple(a for a in aliases(found, survey.profile, title) if a.casefold() not in taken)


def _title(part: Part, choice: tuple[Sequence[Use], Sequence[Use]], survey: Survey, titles: Sequence[str]) -> str:
    """The creator's chapter title, else the best phrases, else the video's own title."""
    if part.chapter.strip() and part.chapter.casefold() not in {t.casefold() for t in titles}:
        return " ".join(part.chapter.split())
    best, found = choice
    said = {t for c in part.claims for t in c.reading.terms}
    for options in (best, [u for u in best if _is_said(u.key, said)], ranked(found, {}, alone=True, least=1)):
        title = compose(options, survey.profile, titles)
        if title and any(_is_said(u.key, said) for u in options if u.text.casefold() in title.casefold()):
            break
    video = survey.script.transcript.video
    base = title or " ".join(video.title.split()) or video.id
    number, unique = 2, base
    while unique.casefold() in {t.casefold() for t in titles}:
        unique, number = f"{base} ({number})", number + 1
    return unique


def _is_said(key: tuple[str, ...], said: set[str]) -> bool:
    """Whether a telling word of a phrase stands in the claims: two or three letters prove nothing."""
    return any(t in said and (len(t) > 3 or not t.isascii()) for t in key)


def _sections(
    claims: Sequence[Placed], part: Part, survey: Survey, title: str, quotes: list[Quote]
) -> list[DraftSection]:
    cut = cut_sections(claims, survey)
    starts = [c[0].at for c in cut[1:]]
    ranges = list(zip([part.begin, *starts], [*starts, part.end], strict=True))
    taken = [title]
    sections: list[DraftSection] = []
    inside = Phrasing(_totals(survey, part), part.end - part.begin)
    before: set[int] = set()
    for members, (begin, end) in zip(cut, ranges, strict=True):
        heading = question_heading(members, survey, taken, before) or _phrase_heading(
            members, (begin, end), survey, inside, taken
        )
        taken.append(heading)
        before = {c.at for c in members}
        quote = next((q.id for q in quotes if begin < q.citation.line <= end), 0)
        steps = tuple(tuple(_steps(p)) for p in paragraphs(members, survey))
        sections.append(DraftSection(heading=heading, paragraphs=steps, callout=quote))
    return sections


def _totals(survey: Survey, part: Part) -> Mapping[tuple[str, ...], int]:
    return Counter(p.key for line in survey.phrases[part.begin : part.end] for p in line)


def _phrase_heading(
    members: Sequence[Placed], span: tuple[int, int], survey: Survey, inside: Phrasing, taken: Sequence[str]
) -> str:
    """The phrase that tells a section from the rest of its note, from words of its claims."""
    claimed = claimed_phrases((c.reading for c in members), survey.profile)
    found = [u for u in uses(survey, inside, *span) if claimed.get(u.key)]
    used = [read(t, survey.profile).terms for t in taken]
    new = [u for u in found if not any(overlaps(u.key, tuple(words)) for words in used)]
    fresh = ranked(new, claimed, alone=False, least=1)
    # what several claims speak of first, then what is said more than once
    fresh.sort(key=lambda u: (claimed[u.key] < 2, u.times < 2))
    for options in (fresh, ranked(found, claimed, alone=False, least=1)):
        if heading := compose_heading(options, survey.profile, taken):
            return heading
    return ""


def _steps(claims: Sequence[Placed]) -> list[DraftStep]:
    return [DraftStep(join="", claim=c.id) for c in claims]
