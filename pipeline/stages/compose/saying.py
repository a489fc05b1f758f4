"""A claim on its way to becoming a sentence."""

from dataclasses import dataclass, field

import regex

from pipeline.stages.escaping import clean
from pipeline.values.forms import Join
from pipeline.values.outline import Claim
from pipeline.values.plan import Step
from pipeline.values.transcript import Transcript

_APART_MS = 15_000
_END = regex.compile(r"(?P<end>[.!?…。！？｡।۔؟]+)$")
_ABBREVIATED = regex.compile(r"(?:^|[\s(])(?:(?:\p{L}\.){2,}|Inc\.|Jr\.|Sr\.|Co\.|Corp\.|Ltd\.|etc\.|[ap]\.m\.)$")
_STOPS = {"zh": "。", "ja": "。", "yue": "。", "hi": "।", "mr": "।", "ne": "।", "bn": "।", "pa": "।", "ur": "۔"}


@dataclass(frozen=True, slots=True)
class Saying:
    """The words of one claim, free of their full stop, with all that the rules need to know."""

    text: str
    end: str
    times: tuple[int, ...]
    join: Join = ""
    subject: str = ""
    """Name of the plan's entity that the claim is about, "" when it is none of them."""
    view: bool = False
    doubtful: bool = False
    speaker: str = ""
    attributed: bool = field(default=False)


def full_stop(language: str) -> str:
    """The mark that ends a statement in a language."""
    return _STOPS.get(language.casefold().split("-")[0], ".")


def bare(text: str, language: str) -> tuple[str, str]:
    """A sentence without its end mark, and the mark; an abbreviation keeps its own stop."""
    line = clean(text)
    found = _END.search(line)
    if found is None or _ABBREVIATED.search(line):
        return line, full_stop(language)
    return line[: found.start()].rstrip(), found.group("end")


def cited_times(claim: Claim) -> tuple[int, ...]:
    """Times to show: the first, and any further one more than fifteen seconds from all shown before."""
    shown: list[int] = []
    for citation in claim.citations:
        if citation.grade != "missing" and all(abs(citation.time_ms - t) > _APART_MS for t in shown):
            shown.append(citation.time_ms)
    return tuple(sorted(shown))


def saying(step: Step, claim: Claim, subject: str, transcript: Transcript) -> Saying:
    """The claim in its plain form."""
    text, end = bare(claim.text, transcript.language)
    return Saying(
        text=text,
        end=end,
        times=cited_times(claim),
        join=step.join,
        subject=subject,
        view=claim.voice == "view",
        doubtful=claim.check.doubtful,
        speaker=transcript.segments[claim.citations[0].segment].speaker or "",
    )
