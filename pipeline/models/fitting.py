"""Questions that do not fit their model are not sent: whoever asks cuts them in two, as if the answer had been cut."""

from pipeline.models.answers import unsent
from pipeline.models.outlining import Model
from pipeline.values.exchange import Reply, Request, Usage


class Fitting:
    """A model that is only asked what fits it; the reply to anything else says that it was too long, and costs nothing.

    Whether a question fits was found out when it was put together: then it knew how long its answer may be.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    def answer(self, request: Request) -> Reply:
        """The reply of the model inside."""
        return self._model.answer(request) if request.max_tokens else unsent(request, "length", Usage())
