"""The outline of one chunk: the question, and the reading of the answer.

The model is shown numbered lines and answers with line numbers and verbatim quotes, never with times. Whether a line
lies in the chunk and whether a quote was said is for `verify` to find out; here only the form is judged.
"""

from typing import Any, NamedTuple

from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import (
    NotJson,
    Prompts,
    Truncated,
    WrongShape,
    fenced,
    objection,
    read_object,
    read_pieces,
    request,
)
from pipeline.stages.names import frequent_names
from pipeline.stages.salvaging import loop_start, whole_items
from pipeline.stages.soundness import Repeating, broken_off, once, repeated
from pipeline.stages.split import estimate_tokens
from pipeline.values.draft import DraftCallout, DraftClaim, OutlineDraft
from pipeline.values.exchange import Reply, Request
from pipeline.values.forms import OutlineForm, claimed
from pipeline.values.script import Chunk, Line, Script

MOST_CLAIMS = 60
"""Of one answer."""

MOST_CALLOUTS = 2
"""Of one answer."""

_TOKENS_A_CLAIM = 56  # of speech: three to four claims a minute at the usual pace
_CONTEXT_TOKENS = 120
_NAMES = 16
_THINKING = 4_000  # tokens; a reasoning model's thoughts count against the limit of its answer


class Header(NamedTuple):
    """What is known before the first word, as it may be sent: clean, on one line each."""

    title: str
    channel: str
    speakers: tuple[str, ...]
    language: str
    names: tuple[str, ...]


def header_of(script: Script) -> Header:
    """The header of every question about this script; all of it comes from code, so chunks can be asked at once."""
    video = script.transcript.video
    spoken = dict.fromkeys(line.speaker for line in script.lines if line.speaker)
    return Header(
        title=fenced(video.title)[:300],
        channel=fenced(video.channel)[:100],
        speakers=tuple(fenced(name)[:80] for name in dict.fromkeys((*video.speakers, *spoken)))[:20],
        language=fenced(script.transcript.language)[:35],
        names=tuple(fenced(name)[:80] for name in frequent_names(script, _NAMES)),
    )


def outline_request(script: Script, chunk: Chunk, header: Header, prompts: Prompts, settings: ModelSettings) -> Request:
    """The question for one chunk: its context, its core, and how many claims it may give at most."""
    values = header._asdict() | {
        "context": _numbered(_shown_before(script, chunk)),
        "core": _numbered(script.core(chunk)),
        "first": chunk.first,
        "last": chunk.last,
        "limit": claim_limit(chunk),
        "rejected": _rejected(script, chunk),
    }
    return request(prompts.messages("outline", values), OutlineForm, settings, 2 * chunk.tokens + 1_000 + _THINKING)


def _rejected(script: Script, chunk: Chunk) -> list[dict[str, str]]:
    """What a person rejected of these lines, and why; other chunks are asked the same question as before."""
    begin, end = script.line(chunk.first).start_ms, script.line(chunk.last).end_ms
    found = [r for r in script.rejected if begin <= r.time_ms < end]
    return [{"text": fenced(r.text)[:500], "reason": fenced(r.reason)[:500]} for r in found]


def _shown_before(script: Script, chunk: Chunk) -> tuple[Line, ...]:
    """The last lines of the context, as many as are worth their tokens: they are paid for with every chunk."""
    lines, held = script.context(chunk), 0
    for place in range(len(lines) - 1, -1, -1):
        held += estimate_tokens(lines[place].text)
        if held > _CONTEXT_TOKENS and place < len(lines) - 1:
            return lines[place + 1 :]
    return lines


def claim_limit(chunk: Chunk) -> int:
    """Most claims that a chunk may give, by how much is said in it."""
    return min(MOST_CLAIMS, max(3, chunk.tokens // _TOKENS_A_CLAIM))


def _numbered(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """Lines as data: the speaker is given where it changes."""
    speakers = [fenced(line.speaker or "") for line in lines]
    before = ["", *speakers]
    return [
        {"number": line.number, "text": fenced(line.text), "speaker": own if own != last else ""}
        for line, own, last in zip(lines, speakers, before, strict=False)
    ]


def read_outline(reply: Reply, chunk: Chunk) -> OutlineDraft:
    """The good claims and callouts of an answer; an answer with more bad claims than good ones is bad as a whole.

    Raises:
        BadReply: Refused or Filtered; Truncated, NotJson, Repeating or WrongShape, which keep the good claims.
    """
    try:
        data = read_object(reply)
    except (NotJson, Truncated) as error:
        rest, _ = _read({"claims": whole_items(reply.text, "claims")})
        raise broken_off(error, reply.text, _once(rest)) from None
    told = [claimed(item).get("text") for item in data["claims"]] if _is_list_of_objects(data.get("claims")) else []
    draft, objections = _read(data)
    if repeated([text for text in told if isinstance(text, str)]):
        raise Repeating("the same claim is given again and again; give each once", kept=_once(draft))
    inside = any(chunk.first <= e.line <= chunk.last for c in draft.claims for e in c.evidence)
    if draft.claims and not inside:
        objections += (f"only lines {chunk.first} to {chunk.last} may be cited",)
    if len(objections) > len(draft.claims) or (draft.claims and not inside):
        raise WrongShape(objection(objections), kept=draft)
    return draft


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _read(data: dict[str, Any]) -> tuple[OutlineDraft, tuple[str, ...]]:
    """What is good of an answer, and the objections to the rest."""
    if isinstance(data.get("claims"), list):
        data["claims"] = [trimmed(item) for item in data["claims"]]
    claims, objections = read_pieces(data, "claims", DraftClaim)
    callouts, _ = read_pieces(data, "callouts", DraftCallout)
    whole = tuple(c for c in claims if c.text and c.subject and all(e.quote for e in c.evidence))
    if len(whole) < len(claims):
        objections += ('"text", "subject" and "quote" must not be empty',)
    straight = tuple(c for c in whole if loop_start(c.text) is None)
    if len(straight) < len(whole):
        objections += ("a text repeats itself without end",)
    quoting = tuple(c for c in callouts if c.quote)[:MOST_CALLOUTS]
    return OutlineDraft(claims=straight[:MOST_CLAIMS], callouts=quoting), objections


def _once(draft: OutlineDraft) -> OutlineDraft:
    return draft.model_copy(update={"claims": once(draft.claims)})


def trimmed(item: Any) -> Any:
    """A claim with its first three pieces of evidence: whether these are enough is for `verify` to say."""
    if isinstance(item, dict) and isinstance(item.get("evidence"), list):
        return {**item, "evidence": item["evidence"][:3]}
    return item


def halves(script: Script, chunk: Chunk) -> tuple[Chunk, Chunk] | None:
    """The chunk in two, cut after half of its text; None if it has only one line."""
    core = script.core(chunk)
    if len(core) < 2:
        return None
    sizes = [len(line.text) for line in core]
    cut = min(range(1, len(core)), key=lambda i: abs(sum(sizes[:i]) - sum(sizes[i:])))
    shown = max(chunk.first - chunk.context_first, 6)
    return tuple(  # type: ignore[return-value]  # two parts, which a generator cannot promise
        chunk.model_copy(
            update={
                "context_first": context,
                "first": part[0].number,
                "last": part[-1].number,
                "tokens": sum(estimate_tokens(line.text) for line in part),
            }
        )
        for part, context in (
            (core[:cut], chunk.context_first),
            (core[cut:], max(1, core[cut].number - shown)),
        )
    )
