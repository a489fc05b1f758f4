"""How the questions to one model are put into a batch, and how a line of its results is read."""

import json
from typing import Any

from pipeline.models.answers import read_answer
from pipeline.models.batches.results import Line, Response
from pipeline.models.bodies import body_of
from pipeline.models.capabilities import Learning
from pipeline.models.faults import Fault, Unable, early_reply, error_of, fault_within, read_fault, refuses
from pipeline.models.keys import Key
from pipeline.settings import ModelSettings
from pipeline.values.exchange import Reply, Request

_NO_STATUS = 500  # a line that was not answered and names no status: expired, cancelled, the server's fault


class Form:
    """The way in which the questions to one model are asked; a way that the server refuses is followed by the next.

    Args:
        settings: of the model.
        learning: what is known of the ways.
        server: the server's name for people.
        key: stands in no reply and no message.
    """

    def __init__(self, settings: ModelSettings, learning: Learning, server: str, key: Key) -> None:
        # a batch is a tier of its own
        self._settings = settings.model_copy(update={"service_tier": None})
        self._learning = learning
        self._ways = list(learning.order())
        self._refused = False
        self._server = server
        self._key = key

    def body(self, request: Request) -> dict[str, Any]:
        """What is sent for a question."""
        if self._refused and len(self._ways) > 1:
            del self._ways[0]
        self._refused = False
        return body_of(request, self._settings, self._ways[0])

    def read(self, line: Line, request: Request) -> Reply:
        """The reply that a line brings.

        Raises:
            TransientError: asking again may help.
            Unable: asking in the next way may help, and the next `body` is in that way.
            BadReply: the server rejects this question.
            StopRun, SettingsError: no credit, no key, no such model.
            ValueError: the line says that it was answered, but its body is no completion.
        """
        response = line.response or Response()
        status = response.status_code
        if status is not None and status < 300 and not line.error:
            body = json.dumps(response.body).encode()
            if within := fault_within(body):
                return self._refusal(within, request)
            reply = read_answer(body, request, self._key)
            if reply.finish == "stop":
                self._learning.worked(self._ways[0])
            return reply
        fault = read_fault(status if status and status >= 300 else _NO_STATUS, [response.body, {"error": line.error}])
        return self._refusal(fault, request)

    def _refusal(self, fault: Fault, request: Request) -> Reply:
        fault = fault.model_copy(update={"message": self._key.out_of(fault.message)})
        early = early_reply(fault, request)
        if early is not None:
            return early.model_copy(update={"text": self._key.out_of(early.text)})
        error = error_of(fault, self._server, self._settings)
        if len(self._ways) > 1 and refuses(fault, self._ways[0]):
            self._refused = True
            raise Unable(error.message, remedy=error.remedy)
        raise error
