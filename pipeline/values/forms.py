"""What a model is asked to fill in: the drafts in as few tokens as say the same.

Output costs four to eight times what input does, and half of a claim written as nested objects is keys and braces. So a
piece of evidence is one text, its line number first; a sentence is its subject and the rest, for the subject is needed
by itself; a paragraph is a text of claim numbers. The drafts accept these forms and the long ones alike.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict

from pipeline.values.base import Value

Voice = Literal["told", "view"]
Pronoun = Literal["he", "she", "it", "they", ""]
Join = Literal["", "and", "but", "however", "also"]

_CITED = re.compile(r"\s*\[?(?:line )?(\d{1,9})(?!\d)\]?\s*:?+\s*(\S.*)", re.DOTALL | re.IGNORECASE)
_STEP = re.compile(r"(?P<join>\b(?:and|but|however|also)\b)|\bQ(?P<quote>\d{1,9})|(?P<claim>\d{1,9})", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|an?) (?=\S)", re.IGNORECASE)
# Scripts that put no space between words, but for Korean, which does.
_SOLID = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class ClaimForm(Value):
    """One fact, evidence first."""

    evidence: tuple[str, ...]
    subject: str
    predicate: str
    voice: Voice


class CalloutForm(Value):
    """A line worth reading in the speaker's own words."""

    line: int
    quote: str
    speaker: str
    title: str


class OutlineForm(Value):
    """The answer to one chunk."""

    model_config = ConfigDict(title="outline_draft")

    claims: tuple[ClaimForm, ...]
    callouts: tuple[CalloutForm, ...]


class RepairForm(Value):
    """What becomes of one claim that failed its check."""

    id: int
    action: Literal["rewrite", "split", "drop"]
    claims: tuple[ClaimForm, ...]


class MendForm(Value):
    """The answer about the failed claims of one chunk."""

    model_config = ConfigDict(title="mend_draft")

    repairs: tuple[RepairForm, ...]


class SectionForm(Value):
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


class NoteForm(Value):
    """One topic."""

    title: str
    aliases: tuple[str, ...]
    lead: str
    sections: tuple[SectionForm, ...]


class EntityForm(Value):
    """A name as it stands in the claims, its fullest form there, and how to refer to it."""

    name: str
    full: str
    pronoun: Pronoun
    short: str


class UnusedForm(Value):
    """Claims left out, by reason."""

    repeats: tuple[int, ...]
    off_topic: tuple[int, ...]
    too_thin: tuple[int, ...]
    unclear: tuple[int, ...]


class PlanForm(Value):
    """Claims arranged into notes."""

    model_config = ConfigDict(title="plan_draft")

    entities: tuple[EntityForm, ...]
    notes: tuple[NoteForm, ...]
    unused: UnusedForm


def cited(text: str) -> dict[str, Any]:
    """A piece of evidence, `12: words of the line`, as its line and its quote.

    Raises:
        ValueError: it does not begin with a line number, or has no words.
    """
    found = _CITED.fullmatch(text)
    if found is None:
        raise ValueError('evidence begins with its line number, as in "12: words of the line"')
    return {"line": int(found[1]), "quote": found[2]}


def claimed(form: Mapping[str, Any]) -> dict[str, Any]:
    """A claim with its whole sentence as text, and its subject without an English article."""
    rest = {name: value for name, value in form.items() if name != "predicate"}
    subject, predicate = form.get("subject"), form.get("predicate")
    if rest.get("text") or not isinstance(subject, str) or not isinstance(predicate, str):
        return rest
    if not predicate.strip():
        return rest | {"text": ""}
    return rest | {"subject": _ARTICLE.sub("", subject.strip(), count=1), "text": sentence(subject, predicate)}


def sentence(subject: str, predicate: str) -> str:
    """Subject and predicate as one sentence with a capital, where its first word has none."""
    subject, predicate = subject.strip(), predicate.strip()
    if subject and predicate.casefold().startswith(subject.casefold()):
        text = predicate  # the model wrote the whole sentence
    else:
        solid = _SOLID.match(subject[-1:]) or _SOLID.match(predicate[0])
        bound = predicate[0] in "'’,、，" or not subject
        text = subject + ("" if solid or bound else " ") + predicate
    return text[0].upper() + text[1:] if text.split(None, 1)[0].islower() else text


def stepped(text: str) -> tuple[list[dict[str, Any]], int]:
    """A paragraph, `2 and 1 Q3`, as steps, and the last quote in it; 0 for none."""
    steps: list[dict[str, Any]] = []
    join, quote = "", 0
    for found in _STEP.finditer(text):
        if found["claim"]:
            steps.append({"join": join if steps else "", "claim": int(found["claim"])})
            join = ""
        elif found["quote"]:
            quote = int(found["quote"])
        else:
            join = found["join"].lower()
    return steps, quote


def arranged(form: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A note or a section whose paragraphs (the field `name`, one text or several) are steps, and its callout."""
    value = form.get(name)
    if not isinstance(value, str) and not (isinstance(value, list) and any(isinstance(p, str) for p in value)):
        return {"callout": 0, **form}
    if isinstance(value, str):
        steps, quote = stepped(value)
        return {**form, name: steps, "callout": form.get("callout") or quote}
    told = [stepped(p) if isinstance(p, str) else (p, 0) for p in value]
    quote = next((found for _, found in told if found), 0)
    return {**form, name: [steps for steps, _ in told if steps], "callout": form.get("callout") or quote}


def listed(form: Any) -> Any:
    """Unused claims by their reasons as a list of claims with reasons; what is no such form comes back as it is."""
    if not isinstance(form, dict):
        return form
    return [
        {"claim": claim, "reason": reason}
        for reason, claims in form.items()
        if isinstance(claims, list)
        for claim in claims
    ]
