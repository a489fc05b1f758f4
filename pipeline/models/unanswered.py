"""Why there is no answer, in words that may stand on a page."""

from pipeline.errors import BadReply, CitenoteError, TransientError
from pipeline.models.budgeting import VideoSpent
from pipeline.stages.exchanging import Filtered, NotJson, Overlong, Refused, Truncated, WrongShape
from pipeline.stages.soundness import Copied, OtherLanguage, Repeating

OVER_BUDGET = "the budget of this video was spent"

_CAUSES: tuple[tuple[type[CitenoteError], str], ...] = (
    (VideoSpent, OVER_BUDGET),
    (Refused, "the model refused"),
    (Filtered, "a content filter of the provider stopped the answer"),
    (Truncated, "the answer was cut off at its token limit"),
    (Overlong, "the answer was longer than any answer can be"),
    (NotJson, "the answer was no valid JSON"),
    (Repeating, "the answer repeated itself"),
    (OtherLanguage, "the answer was in another language"),
    (Copied, "the answer repeated the instructions"),
    (WrongShape, "the answer had the wrong form"),
    (TransientError, "the server gave no answer"),
    (BadReply, "the server rejected the request"),
)


def why_unanswered(error: CitenoteError) -> str:
    """Why there is no answer, in words of ours alone: it stands on pages, where no model and no server may speak."""
    return next(words for kind, words in _CAUSES if isinstance(error, kind))
