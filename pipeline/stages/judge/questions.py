"""Which claims a judge is asked about, and what it is shown of their transcript."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from pipeline.stages.draft import claim_limit
from pipeline.stages.judge.passage import Passage
from pipeline.values.judgement import Question, ShownLine
from pipeline.values.outline import Check, Citation, Claim, Outline
from pipeline.values.script import Script
from pipeline.values.transcript import Transcript

Mode = Literal["none", "doubtful", "all"]

RAISABLE = frozenset({"support", "parts", "hedge", "negation", "opposite", "cause", "roles", "language"})
"""Tiers that can be mistaken where a claim is told in other words. A number or a name that is not said, a quote that
nobody said, and another speaker are known better by code than by a reader of three sentences."""

_BESIDE = 1  # lines shown on each side of the evidence
_MOST_LINES = 8  # of one citation: the lines that a quote can run over
_BEFORE_MS = 10_000
_AFTER_MS = 45_000
_BATCH = 10  # claims of one request


def is_open(check: Check, passage: Passage, mode: Mode) -> bool:
    """Whether a judge is asked about a claim with this check.

    Always where words leave a doubt, or refuse what may only be told otherwise; of the good claims about all, or about
    those that are told so freely that their words tell little.
    """
    if mode == "none":
        return False
    if check.good:
        return mode == "all" or (check.verdict != "quoted" and passage.retold)
    return check.doubtful or (check.tier in RAISABLE and check.verdict in {"unsupported", "contradicted"})


def questions(script: Script, outline: Outline, mode: Mode) -> Mapping[int, Question]:
    """What a judge is asked about an outline, by claim id, in order."""
    if mode == "none":
        return {}
    shown = {claim.id: _question(script, claim) for claim in outline.claims if claim.citations}
    return {i: question for i, question in shown.items() if is_open(outline.claim(i).check, Passage(question), mode)}


def _question(script: Script, claim: Claim) -> Question:
    cited = {n for citation in claim.citations for n in _lines(script, citation)}
    shown = sorted({m for n in cited for m in range(n - _BESIDE, n + _BESIDE + 1) if 1 <= m <= len(script.lines)})
    stretches = []
    for _, row in groupby(enumerate(shown), key=lambda x: x[1] - x[0]):
        lines = [script.line(number) for _, number in row]
        stretches.append(_spoken([(line.text, line.speaker or "") for line in lines]))
    return Question(
        claim=claim.text,
        view=claim.voice == "view",
        stretches=tuple(stretches),
        language=script.transcript.language,
        group=claim.chunk,
    )


def _lines(script: Script, citation: Citation) -> range:
    """The numbers of the lines that a quote runs over."""
    words = ""
    for number in range(citation.line, min(citation.line + _MOST_LINES, len(script.lines) + 1)):
        words = f"{words} {script.line(number).text.strip()}"
        if citation.quote in words:
            return range(citation.line, number + 1)
    return range(citation.line, citation.line + 1)


def question_at(transcript: Transcript, claim: str, time_ms: int, group: int = 0) -> Question:
    """What a judge is asked about a claim that only cites a time: the words around it are the passage.

    Args:
        transcript: of the cited video; it has segments.
        claim: as a reader sees it.
        time_ms: the cited time, within the transcript.
        group: of questions that share their requests.
    """
    starts = [s.start_ms for s in transcript.segments]
    first = max(0, bisect_right(starts, time_ms - _BEFORE_MS) - 1)
    last = max(bisect_right(starts, time_ms + _AFTER_MS), first + 1)
    spoken = _spoken([(s.text, s.speaker or "") for s in transcript.segments[first:last]])
    return Question(claim=claim, stretches=(spoken,), language=transcript.language, group=group)


def _spoken(lines: Sequence[tuple[str, str]]) -> tuple[ShownLine, ...]:
    """Lines with their speaker where it changes."""
    before = ["", *(speaker for _, speaker in lines)]
    return tuple(
        ShownLine(text=text, speaker=speaker if speaker != last else "")
        for (text, speaker), last in zip(lines, before, strict=False)
    )


def batches(asked: Sequence[Question]) -> Iterator[tuple[int, ...]]:
    """The places of the questions of each request: whole groups together while they fit, large groups in even parts.

    What one group asks changes no request of the groups far from it, so answers stay remembered.
    """
    held: list[int] = []
    for _, row in groupby(range(len(asked)), key=lambda place: asked[place].group):
        group = list(row)
        if held and len(held) + len(group) > _BATCH:
            yield from _even(held)
            held = []
        held += group
    yield from _even(held)


def _even(places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    count = math.ceil(len(places) / _BATCH)
    for part in range(count):
        yield tuple(places[len(places) * part // count : len(places) * (part + 1) // count])


def most_asked(script: Script) -> tuple[Question, ...]:
    """As many questions as a judge can be asked about a script, with claims of the length of a line: for estimates."""
    found = []
    for chunk in script.chunks:
        core = script.core(chunk)
        for place in range(min(claim_limit(chunk), len(core) * 2)):
            line = core[place % len(core)]
            beside = script.lines[max(0, line.number - 2) : line.number + 1]
            shown = tuple(ShownLine(text=near.text) for near in beside)
            language = script.transcript.language
            found.append(Question(claim=line.text, stretches=(shown,), language=language, group=chunk.number))
    return tuple(found)
