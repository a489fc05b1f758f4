"""Why there is no answer, in words that may stand on a page."""

from pipeline.errors import BadReply, CitenoteError, TransientError
from pipeline.stages.exchanging import Filtered, NotJson, Refused, Truncated, WrongShape

_CAUSES: tuple[tuple[type[CitenoteError], str], ...] = (
    (Refused, "the model refused"),
    (Filtered, "a content filter of the provider stopped the answer"),
    (Truncated, "the answer was cut off at its token limit"),
    (NotJson, "the answer was no valid JSON"),
    (WrongShape, "the answer had the wrong form"),
    (TransientError, "the server gave no answer"),
    (BadReply, "the server rejected the request"),
)


def why_unanswered(error: CitenoteError) -> str:
    """Why there is no answer, in words of ours alone: it stands on pages, where no model and no server may speak."""
    return next(words for kind, words in _CAUSES if isinstance(error, kind))
