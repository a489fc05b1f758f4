"""A checked plan becomes notes that read as articles, by rule and without one new fact.

The rules only choose how a proven sentence begins and how it is joined to the one before it: order and paragraphs are
the plan's. Each rule has a table for English; in other languages the sentences stay as they are.
"""

from dataclasses import dataclass

import regex

from pipeline.settings import NotesPolicy
from pipeline.stages.compose.english import is_english
from pipeline.stages.compose.flow import Flow, plain, undated
from pipeline.stages.compose.names import Corpus, forms, name_in_turn, things_in_turn, varying
from pipeline.stages.compose.saying import Saying, saying
from pipeline.stages.escaping import clean
from pipeline.values.note import Names, Note, NoteSection, NoteSource, Paragraph, QuoteCallout
from pipeline.values.outline import Claim, Outline
from pipeline.values.plan import Entity, NotePlan, Plan, Step
from pipeline.values.transcript import Transcript

_Paragraphs = list[list[Saying]]


@dataclass(frozen=True)
class _Material:
    """What all notes of a video share."""

    plan: Plan
    outline: Outline
    transcript: Transcript
    names: Names
    corpus: Corpus
    allowed: frozenset[int]
    varying: tuple[Entity, ...]

    @property
    def english(self) -> bool:
        return is_english(self.transcript.language)


def compose(
    plan: Plan, outline: Outline, transcript: Transcript, names: Names, policy: NotesPolicy
) -> tuple[Note, ...]:
    """The notes of one video, without links in their text.

    Args:
        plan: as `settle` made it.
        outline: the checked claims that the plan speaks of.
        transcript: the words they were checked against.
        names: where the pages are; a note whose page a person deleted (no slug) is not made.
        policy: whether doubtful claims are marked or left out.
    """
    said = [c.text for c in outline.claims] + [q.text for q in outline.quotes]
    corpus = Corpus(" ".join(s.text for s in transcript.segments), "\n".join(said))
    kept = outline.kept(doubtful=policy.doubtful == "mark")
    allowed = frozenset(c.id for c in kept if any(k.grade != "missing" for k in c.citations))
    variable = varying(plan.entities, corpus) if is_english(transcript.language) else ()
    material = _Material(plan, outline, transcript, names, corpus, allowed, variable)
    made = (_note(material, n, link.slug) for n, link in zip(plan.notes, names.notes, strict=True) if link.slug)
    return tuple(note for note in made if note is not None)


def _note(material: _Material, plan: NotePlan, slug: str) -> Note | None:
    drafts = [("", (plan.lead,), plan.quote)] + [(s.heading, s.paragraphs, s.quote) for s in plan.sections]
    sections = [[_sayings(material, steps) for steps in paragraphs] for _, paragraphs, _ in drafts]
    texts = _written(material, sections)
    written = tuple(
        NoteSection(heading=heading, paragraphs=paragraphs, quote=_quote(material, quote))
        for (heading, _, quote), paragraphs in zip(drafts, texts, strict=True)
    )
    times = [t for section in sections for paragraph in section for s in paragraph for t in s.times]
    if not times:
        return None
    return Note(
        slug=slug,
        title=plan.title,
        aliases=plan.aliases,
        video=material.transcript.video,
        language=material.transcript.language,
        lead=written[0],
        sections=tuple(s for s in written[1:] if s.paragraphs or s.quote),
        source=_source(material, min(times), max(times)),
    )


def _sayings(material: _Material, steps: tuple[Step, ...]) -> list[Saying]:
    claims = [(step, material.outline.claim(step.claim)) for step in steps if step.claim in material.allowed]
    entities = material.plan.entities
    return [saying(step, claim, _subject(claim, entities), material.transcript) for step, claim in claims]


def _subject(claim: Claim, entities: tuple[Entity, ...]) -> str:
    """The one entity that the claim's subject names, "" when there is none or more than one."""
    named = _without_article(claim.subject)
    exact = [e for e in entities if _without_article(e.name) == named]
    found = exact or [e for e in entities if any(_without_article(f) == named for f in forms(e))]
    return found[0].name if len(found) == 1 else ""


def _without_article(name: str) -> str:
    return regex.sub(r"^(?:the|an?) ", "", clean(name).casefold())


def _written(material: _Material, sections: list[_Paragraphs]) -> list[tuple[Paragraph, ...]]:
    if not material.english:
        return [tuple(plain(p) for p in section if p) for section in sections]
    entities = material.plan.entities
    flat = [s for section in sections for paragraph in section for s in paragraph]
    renamed = _refilled(sections, name_in_turn(flat, material.varying))
    flow = Flow(entities, material.transcript.video.speakers, material.corpus)
    turn, texts = 0, []
    for section in renamed:
        shortened = things_in_turn([s for paragraph in section for s in paragraph], entities)
        paragraphs: list[Paragraph] = []
        for sayings in _refilled([section], shortened)[0]:
            paragraph, turn = flow.paragraph(undated(sayings), turn)
            paragraphs.append(paragraph)
        texts.append(tuple(p for p in paragraphs if p))
    return texts


def _refilled(sections: list[_Paragraphs], flat: list[Saying]) -> list[_Paragraphs]:
    """`flat` in the shape of `sections`."""
    rest = iter(flat)
    return [[[next(rest) for _ in paragraph] for paragraph in section] for section in sections]


def _quote(material: _Material, number: int) -> QuoteCallout | None:
    found = next((q for q in material.outline.quotes if q.id == number), None)
    if found is None or not found.check.good:
        return None
    heard = material.transcript.segments[found.citation.segment].speaker
    speakers = material.transcript.video.speakers
    known = {clean(s).casefold() for s in (*speakers, heard or "") if s}
    # A model's guess at who speaks counts only where the source knows that person.
    speaker = found.speaker if clean(found.speaker).casefold() in known else ""
    if not speaker and len(speakers) == 1 and not heard:
        speaker = speakers[0]
    return QuoteCallout(title=found.title, text=found.text, time_ms=found.citation.time_ms, speaker=speaker)


def _source(material: _Material, first_ms: int, last_ms: int) -> NoteSource:
    near = tuple(g for g in material.outline.gaps if g.end_ms >= first_ms and g.start_ms <= last_ms)
    return NoteSource(
        video=material.names.video,
        channel=material.names.channel,
        first_ms=first_ms,
        last_ms=last_ms,
        gaps=near or material.outline.gaps,
        trust=material.transcript.trust,
    )


def printable(title: str) -> str:
    """A title on one line, "Untitled" when nothing readable is left of it."""
    line = clean(title)
    return line if regex.search(r"[\p{L}\p{N}]", line) else "Untitled"
