"""The plan: kept claims into notes by subject and time, with titles, leads, sections and quotes, by number only."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.models.extractive.chapters import Mark
from pipeline.models.extractive.entities import find_entities
from pipeline.models.extractive.headings import Headings, Section, at_chapters
from pipeline.models.extractive.labels import aliases
from pipeline.models.extractive.likeness import centre, cosine, vector, weights
from pipeline.models.extractive.reading import read
from pipeline.models.extractive.sections import Placed, choose_lead, paragraphs
from pipeline.models.extractive.survey import Survey
from pipeline.models.extractive.titles import compose, ranked
from pipeline.models.extractive.uses import Key, Phrasing, Use, claimed_phrases, longest, phrasing, uses
from pipeline.settings import NotesPolicy
from pipeline.values.draft import DraftNote, DraftSection, DraftStep, DraftUnused, PlanDraft
from pipeline.values.outline import Claim, Outline, Quote


class Part(NamedTuple):
    """A note to be: a half-open range of lines and the claims in it."""

    begin: int
    end: int
    marks: tuple[Mark, ...]
    main: str
    """The title of the creator's chapter that it is."""
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
        reading = read(claim.text, survey.profile, survey.names)
        follows = _follows(claim.text, reading.words[0].norm if reading.words else "", index, survey)
        if follows and not (placed and placed[-1].at in (index - 1, index)):
            unused.append(DraftUnused(claim=claim.id, reason="unclear"))
            continue
        own = vector(survey.readings[index].terms, weight)
        placed.append(Placed(claim.id, index, claim.text, reading, own, follows))
    return placed, unused


def _follows(text: str, word: str, index: int, survey: Survey) -> bool:
    sentence = survey.sentences.get(index)
    if sentence is not None and sentence.cleaned.text == text:
        return sentence.suitability.standing == "after"
    return word.partition("'")[0] in survey.profile.follow


def _parts(placed: Sequence[Placed], survey: Survey) -> list[Part]:
    parts = [Part(*t, [p for p in placed if t.begin <= p.at < t.end]) for t in survey.topics]
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
    small = min(len(a.claims), len(b.claims)) * 2 < len(larger.claims)
    return Part(a.begin, b.end, (*a.marks, *b.marks), larger.main if small else "", [*a.claims, *b.claims])


def _quotes_in(part: Part, quotes: Sequence[Quote], kept: Sequence[Claim]) -> list[Quote]:
    """Quotes of this part whose line no claim cites."""
    cited = {c.line for claim in kept for c in claim.citations}
    return [
        q for q in quotes if part.begin < q.citation.line <= part.end and q.citation.line not in cited and q.check.good
    ]


def _note(part: Part, survey: Survey, talk: Talk, quotes: Sequence[Quote], earlier: Sequence[DraftNote]) -> DraftNote:
    found = uses(survey, talk.known, part.begin, part.end)
    claimed = claimed_phrases((c.reading for c in part.claims), survey.profile)
    best = ranked(found, claimed, talk.known, alone=talk.parts == 1)
    title = _title(part, best, claimed, survey, [n.title for n in earlier])
    lead = choose_lead(part.claims, survey, read(title, survey.profile).terms)
    rest = [c for c in part.claims if c not in lead]
    sections = _drafted(_sections(rest, part, survey, found, title), part, survey, quotes) if rest else []
    shown = {s.callout for s in sections}
    callout = next((q.id for q in quotes if q.id not in shown), 0) if not any(shown) else 0
    return DraftNote(
        title=title,
        aliases=_aliases(found, survey, title, [s.heading for s in sections], earlier),
        lead=tuple(_steps(lead)),
        callout=callout,
        sections=tuple(sections),
    )


def _aliases(
    found: Sequence[Use], survey: Survey, title: str, headings: Sequence[str], earlier: Sequence[DraftNote]
) -> tuple[str, ...]:
    taken = {a.casefold() for n in earlier for a in (n.title, *n.aliases)}
    return tuple(a for a in aliases(found, survey.profile, title, headings) if a.casefold() not in taken)


def _title(part: Part, best: Sequence[Use], claimed: Mapping[Key, int], survey: Survey, titles: Sequence[str]) -> str:
    """The creator's chapter title, else the best phrase, else the video's own title."""
    taken = {t.casefold() for t in titles}
    if part.main and part.main.casefold() not in taken:
        return part.main
    said = {t for c in part.claims for t in c.reading.terms}
    fit = [u for u in best if _is_said(u.key, said)]
    if not survey.script.punctuated:  # much is said that no claim holds
        fit = [u for u in fit if claimed.get(u.key)] or fit
    title = compose(fit, survey.profile, titles)
    chapter = next((m.title for m in part.marks if m.title and m.title.casefold() not in taken), "")
    video = survey.script.transcript.video
    base = title or chapter or " ".join(video.title.split()) or video.id
    number, unique = 2, base
    while unique.casefold() in taken:
        unique, number = f"{base} ({number})", number + 1
    return unique


def _is_said(key: tuple[str, ...], said: set[str]) -> bool:
    """Whether a telling word of a phrase stands in the claims: two or three letters prove nothing."""
    return any(t in said and (len(t) > 3 or not t.isascii()) for t in key) or said.issuperset(key)


def _sections(claims: Sequence[Placed], part: Part, survey: Survey, found: Sequence[Use], title: str) -> list[Section]:
    if len(part.marks) > 1 and not part.main:
        return at_chapters(claims, part.marks)
    return Headings(
        claims, survey, longest([u for u in found if u.times > 1]), (part.begin, part.end), title
    ).sections()


def _drafted(sections: Sequence[Section], part: Part, survey: Survey, quotes: Sequence[Quote]) -> list[DraftSection]:
    starts = [s.claims[0].at for s in sections[1:]]
    ranges = zip([part.begin, *starts], [*starts, part.end], strict=True)
    drafted: list[DraftSection] = []
    for section, (begin, end) in zip(sections, ranges, strict=True):
        quote = next((q.id for q in quotes if begin < q.citation.line <= end), 0)
        steps = tuple(tuple(_steps(p)) for p in paragraphs(section.claims, survey))
        drafted.append(DraftSection(heading=section.heading, paragraphs=steps, callout=quote))
    return drafted


def _steps(claims: Sequence[Placed]) -> list[DraftStep]:
    return [DraftStep(join="", claim=c.id) for c in claims]
