"""All that is known of one video's notes: the proof, the decisions, the pages as they are."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.settings import Settings
from pipeline.stages.deciding import Item, decided, decided_items, steps_of
from pipeline.stages.split import split
from pipeline.stages.verify import TranscriptIndex
from pipeline.values.outline import Claim
from pipeline.values.plan import NotePlan
from pipeline.values.proof import Made, Proof
from pipeline.values.review import Review
from pipeline.vault.shelf import Shelf


def remade(proof: Proof, settings: Settings) -> Made:
    """What the notes of a video were made of, from its proof alone."""
    script = split(proof.transcript, settings.split)
    script = script.model_copy(update={"chunks": proof.chunks, "punctuated": proof.punctuated})
    return Made(
        script=script,
        outline=proof.outline,
        plan=proof.plan,
        model=proof.model,
        prompts=proof.prompts,
        judge=proof.judge,
    )


@dataclass(frozen=True)
class CaseFile:
    """One video under review."""

    shelf: Shelf
    proof: Proof
    review: Review
    settings: Settings

    @cached_property
    def proposed(self) -> Made:
        """Before any decision."""
        return remade(self.proof, self.settings)

    @cached_property
    def index(self) -> TranscriptIndex:
        """The transcript, for checking."""
        return TranscriptIndex.of_script(self.proposed.script)

    @cached_property
    def made(self) -> Made:
        """After the decisions."""
        return decided(self.proposed, self.review)

    @cached_property
    def items(self) -> list[Item]:
        """Every claim by its id, with the last decision about it."""
        return decided_items(self.proof.outline, self.review, self.proof.language)

    def path(self, title: str) -> str | None:
        """The page of a note, where it is now."""
        same = (n for n, r in self.shelf.ledger.items() if (r.kind, r.video, r.title) == ("note", self.video, title))
        return next(same, None)

    def file(self, title: str) -> Path | None:
        """The page of a note as a file; None where there is none."""
        path = self.path(title)
        file = self.shelf.root / path if path else None
        return file if file and file.is_file() else None

    @property
    def video(self) -> str:
        """Its id."""
        return self.proof.video.id

    def placed(self, note: NotePlan) -> list[tuple[str, Claim]]:
        """The claims of a note after the decisions, each with its heading, in the order of the page, each once."""
        found: dict[int, tuple[str, Claim]] = {}
        sections = [("", note.lead), *((s.heading, steps) for s in note.sections for steps in s.paragraphs)]
        shown = {c.id for c in self.made.outline.kept(doubtful=self.settings.notes.doubtful == "mark")}
        for heading, steps in sections:
            for step in steps:
                if step.claim in shown:
                    found.setdefault(step.claim, (heading, self.made.outline.claim(step.claim)))
        return list(found.values())

    def rejected(self, note: NotePlan) -> list[Claim]:
        """The claims of a note that a person took out of it."""
        proposed = next((n for n in self.proposed.plan.notes if n.title == note.title), note)
        planned = {s.claim for s in steps_of(proposed)}
        alone = len(self.proof.outline.claims)
        return [
            self.made.outline.claim(i.claim.id)
            for i in self.items
            if i.action == "reject" and (i.claim.id in planned or (i.claim.id > alone and i.note == note.title))
        ]

    def dropped(self) -> list[Claim]:
        """The claims of the video that no page shows, but those that a person rejected."""
        planned = {s.claim for n in self.proposed.plan.notes for s in steps_of(n)}
        alone = range(len(self.proof.outline.claims) + 1, len(self.items) + 1)
        taken = planned | set(alone) | set(self.proof.plan.unused)
        return [c for c in self.made.outline.claims if c.id not in taken and not c.check.good]
