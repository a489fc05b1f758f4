"""The question to a judge, and the reading of its answer."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import Prompts, WrongShape, fenced, objection, read_object, read_pieces, request
from pipeline.values.exchange import Reply, Request
from pipeline.values.judgement import DraftJudgement, JudgeDraft, Opinion, Question

FORWARD: tuple[Opinion, ...] = ("supported", "partly", "contradicted", "not_stated")
"""The options as they are given the first time."""

REVERSED: tuple[Opinion, ...] = FORWARD[::-1]
"""And the second time: who leans to a place in the list contradicts himself."""

_TOKENS_AN_ITEM = 90  # of the answer
_THINKING = 4_000  # tokens; a reasoning model's thoughts count against the limit of its answer
_MOST_WORDS = 3  # pieces


def judge_request(
    questions: Sequence[Question], options: Sequence[Opinion], prompts: Prompts, settings: ModelSettings
) -> Request:
    """The question about these claims, numbered from 1, with the options in this order.

    The order stands in the text and in the schema, for models are led by both.
    """
    values = {"items": [_item(i, q) for i, q in enumerate(questions, 1)], "options": list(options)}
    tokens = _TOKENS_AN_ITEM * len(questions) + 500 + _THINKING
    asked = request(prompts.messages("judge", values), JudgeDraft, settings, tokens)
    return asked.model_copy(update={"schema_text": _ordered(asked.schema_text, options)})


def _item(number: int, question: Question) -> dict[str, Any]:
    """A question as data: every text on one line of its own, where nothing in it can open or close a tag."""
    return {
        "number": number,
        "claim": fenced(question.claim),
        "view": question.view,
        "stretches": [
            [{"text": fenced(line.text), "speaker": fenced(line.speaker)} for line in stretch]
            for stretch in question.stretches
        ],
    }


def _ordered(schema_text: str, options: Sequence[Opinion]) -> str:
    schema = json.loads(schema_text)
    schema["properties"]["items"]["items"]["properties"]["verdict"]["enum"] = list(options)
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def read_judgements(reply: Reply, count: int) -> Mapping[int, DraftJudgement]:
    """The judgements of an answer by the number of their item, 1 to `count`.

    An item that is judged twice in different ways is left out; an answer that leaves out most items is bad as a whole.

    Raises:
        BadReply: Refused, Filtered, Truncated, NotJson or WrongShape, which keeps what could be read.
    """
    data = read_object(reply)
    if isinstance(data.get("items"), list):
        data["items"] = [_mended(item) for item in data["items"][: 4 * count]]
    items, objections = read_pieces(data, "items", DraftJudgement)
    known = [item for item in items if 1 <= item.item <= count]
    times = Counter(item.item for item in known)
    found = {item.item: item for item in known if times[item.item] == 1}
    if 2 * len(found) < count:
        missing = f"{count - len(found)} of {count} items are not judged, or judged twice"
        raise WrongShape(objection((*objections, missing)), kept=JudgeDraft(items=tuple(found.values())))
    return found


def _mended(item: Any) -> Any:
    """An item with the forms that careless models use for one piece, no piece and nothing lacking."""
    if not isinstance(item, dict):
        return item
    words, lacking = item.get("words"), item.get("lacking")
    pieces = [words] if isinstance(words, str) else words or []
    if isinstance(pieces, list):
        pieces = [piece for piece in pieces if piece != ""][:_MOST_WORDS]
    return {**item, "words": pieces, "lacking": lacking or ""}
