"""The embedded outliner: claims, quotes and a plan from the words of the transcript alone, without any model."""

from collections.abc import Callable, Iterator
from functools import cached_property

from pipeline.models.extractive.choosing import Choice, choose
from pipeline.models.extractive.labels import quote_title, subject
from pipeline.models.extractive.planning import make_plan
from pipeline.models.extractive.survey import Survey, survey
from pipeline.settings import NotesPolicy
from pipeline.values.draft import (
    ChunkDraft,
    DraftCallout,
    DraftClaim,
    DraftEvidence,
    DraftRepair,
    OutlineDraft,
    PlanDraft,
)
from pipeline.values.exchange import Usage
from pipeline.values.outline import Outline
from pipeline.values.script import Chunk, Script

_MOST_CLAIMS = 60
_MOST_CALLOUTS = 2


class Extractive:
    """Outlining by choosing sentences: deterministic, offline, free of charge.

    Every claim is a sentence of the transcript from which only words were left out. The script is read once, when it
    is first needed; after that `draft` and `plan` share what was found.
    """

    def __init__(self, script: Script, policy: NotesPolicy) -> None:
        self._script = script
        self._policy = policy

    @property
    def usage(self) -> Usage:
        """Nothing."""
        return Usage()

    def draft(self, done: Callable[[ChunkDraft], None]) -> tuple[ChunkDraft, ...]:
        """One draft a chunk, in order; `done` is called with each."""
        drafts = tuple(self._drafts())
        for draft in drafts:
            done(draft)
        return drafts

    def mend(self, outline: Outline, told: Callable[[int, int], None]) -> tuple[DraftRepair, ...]:
        """Nothing: these claims are the transcript's own words, and a second look would choose the same."""
        del outline, told
        return ()

    def plan(self, outline: Outline) -> PlanDraft:
        """The kept claims arranged into notes by time and subject; also for claims that others drafted."""
        return make_plan(self._survey, outline, self._policy)

    @cached_property
    def _survey(self) -> Survey:
        return survey(self._script)

    @cached_property
    def _choice(self) -> Choice:
        return choose(self._survey)

    def _drafts(self) -> Iterator[ChunkDraft]:
        for chunk in self._script.chunks:
            outline = OutlineDraft(claims=tuple(self._claims(chunk)), callouts=tuple(self._callouts(chunk)))
            yield ChunkDraft(chunk=chunk.number, outline=outline)

    def _claims(self, chunk: Chunk) -> list[DraftClaim]:
        inside = [i for i in self._choice.claims if chunk.first <= i + 1 <= chunk.last]
        return [self._claim(i) for i in inside[:_MOST_CLAIMS]]

    def _claim(self, index: int) -> DraftClaim:
        sentence = self._survey.sentences[index]
        return DraftClaim(
            evidence=(DraftEvidence(line=index + 1, quote=sentence.cleaned.quote),),
            subject=subject(sentence.reading, self._survey.profile),
            text=sentence.cleaned.text,
            voice=sentence.suitability.voice,
        )

    def _callouts(self, chunk: Chunk) -> Iterator[DraftCallout]:
        inside = [i for i in self._choice.quotes if chunk.first <= i + 1 <= chunk.last][:_MOST_CALLOUTS]
        for index in sorted(inside):
            line = self._script.lines[index]
            yield DraftCallout(
                line=line.number,
                quote=line.text.strip(),
                speaker=line.speaker or "",
                title=quote_title(self._survey, index),
            )
