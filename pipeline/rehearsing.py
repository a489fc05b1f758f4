"""`--dry-run`: what would be read and asked, with nothing sent and nothing written to the vault."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

import click

from pipeline.batch import Outcome
from pipeline.errors import SourceError
from pipeline.models.choosing import Choice, Choices
from pipeline.models.prompts import load_prompts
from pipeline.reporting import json_bytes
from pipeline.settings import ModelSettings, Settings
from pipeline.sources.fetching import Transcripts, remembered
from pipeline.sources.listings import Wanted
from pipeline.stages.draft import header_of, outline_request
from pipeline.stages.judge import FORWARD, REVERSED, batches, judge_request, most_asked
from pipeline.stages.mend import most_tokens
from pipeline.stages.split import estimate_tokens, split
from pipeline.store.store import Store
from pipeline.values.base import Value
from pipeline.values.script import Script
from pipeline.values.transcript import Transcript


class Rehearsal(Value):
    """What one video would take. Tokens are estimates; calls include the one for the plan."""

    video: str
    state: str
    minutes: float = 0
    chunks: int = 0
    calls: int = 0
    prompt_tokens: int = 0
    mend_calls: int = 0
    """The most calls that mending claims can take on top: one a chunk in which a claim is not proved."""
    mend_prompt_tokens: int = 0
    """Of those calls, at most."""
    judge_calls: int = 0
    """The most calls to a judge: as if every claim that can be drafted were asked about."""
    judge_prompt_tokens: int = 0
    """Of those calls, at most."""
    error: str | None = None


class _Nothing:
    """Where there is no store: nothing is remembered, and none is made."""

    def transcript_under(self, key: str) -> None:
        del key

    def keep_transcript(self, transcript: Transcript, *, key: str | None = None) -> None:
        del transcript, key


def rehearse(wanted: Sequence[Wanted], settings: Settings, choices: Choices, *, as_json: bool) -> tuple[Outcome, ...]:
    """Tell what a run over these videos would do; the failures of those that cannot be read."""
    with Store(settings.store) if settings.store.is_file() else nullcontext(_Nothing()) as kept:
        rows = list(_rehearsals(wanted, settings, choices, kept))
    if as_json:
        for line in rows:
            click.echo(json_bytes(line.model_dump(mode="json")))
        return _failures(wanted, rows)
    for line in rows:
        click.echo(_told(line))
    calls, tokens = sum(r.calls for r in rows), sum(r.prompt_tokens for r in rows)
    choice = choices.outlining
    asked = f"{calls} calls with about {tokens:,} tokens to {choice.name}" if choice.server else _unasked(choices)
    asked += _mending(rows) + _judging(rows, choices.judging)
    click.echo(f"dry run: {len(rows)} videos, {asked}; nothing was sent, nothing was written")
    return _failures(wanted, rows)


def _failures(wanted: Sequence[Wanted], rows: Sequence[Rehearsal]) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(wanted=video, state="failed", kind="source", message=line.error)
        for video, line in zip(wanted, rows, strict=True)
        if line.error
    )


def _rehearsals(
    wanted: Sequence[Wanted], settings: Settings, choices: Choices, kept: Transcripts
) -> Iterator[Rehearsal]:
    choice = choices.outlining
    for video in wanted:
        try:
            transcript = remembered(video, settings.youtube, kept)
        except SourceError as error:
            yield Rehearsal(video=video.name, state="failed", error=str(error))
            continue
        if transcript is None:
            yield Rehearsal(video=video.name, state="to fetch")
            continue
        script = split(transcript, settings.split)
        judging = _judge_tokens(script, choices.judging, settings)
        mending = choice.server if settings.citations.repair else None
        yield Rehearsal(
            video=transcript.video.id,
            state="ready",
            minutes=round(transcript.end_ms / 60_000, 1),
            chunks=len(script.chunks),
            calls=len(script.chunks) + 1 if choice.server else 0,
            prompt_tokens=_prompt_tokens(script, choice.server, settings) if choice.server else 0,
            mend_calls=len(script.chunks) if mending else 0,
            mend_prompt_tokens=_mend_tokens(script, mending, settings) if mending else 0,
            judge_calls=len(judging),
            judge_prompt_tokens=sum(judging),
        )


def _prompt_tokens(script: Script, server: ModelSettings, settings: Settings) -> int:
    prompts, header = load_prompts(settings.prompts), header_of(script)
    requests = [outline_request(script, chunk, header, prompts, server) for chunk in script.chunks]
    return sum(estimate_tokens(m.content) for request in requests for m in request.messages)


def _mend_tokens(script: Script, server: ModelSettings, settings: Settings) -> int:
    prompts, header = load_prompts(settings.prompts), header_of(script)
    return sum(most_tokens(script, chunk, header, prompts, server) for chunk in script.chunks)


def _mending(rows: Sequence[Rehearsal]) -> str:
    calls, tokens = sum(r.mend_calls for r in rows), sum(r.mend_prompt_tokens for r in rows)
    return f"; mending claims takes at most {calls} more calls with about {tokens:,} tokens" if calls else ""


def _judge_tokens(script: Script, choice: Choice | None, settings: Settings) -> list[int]:
    """The tokens of each request to the judge, at most."""
    if choice is None or choice.server is None:
        return []
    prompts, asked = load_prompts(settings.prompts), most_asked(script)
    requests = [
        judge_request([asked[place] for place in places], options, prompts, choice.server)
        for places in batches(asked)
        for options in (FORWARD, REVERSED)
    ]
    return [sum(estimate_tokens(m.content) for m in request.messages) for request in requests]


def _unasked(choices: Choices) -> str:
    return "no model outlines" if choices.judging else "no model is asked"


def _judging(rows: Sequence[Rehearsal], choice: Choice | None) -> str:
    calls, tokens = sum(r.judge_calls for r in rows), sum(r.judge_prompt_tokens for r in rows)
    return f"; judging takes at most {calls} calls with {tokens:,} tokens to {choice.name}" if choice else ""


def _told(line: Rehearsal) -> str:
    if line.error:
        return f"{line.video}: {line.error}"
    if line.state == "to fetch":
        return f"{line.video}: would be fetched from YouTube"
    return f"{line.video}: {line.minutes} minutes in {line.chunks} chunks"
