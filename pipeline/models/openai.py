"""Any server that speaks OpenAI's chat completions. The only file that imports `openai`, and only at first use.

Vendor exceptions are translated here by type, status and code. None is chained: their texts may hold the key.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from pipeline.errors import BadReply, TransientError
from pipeline.models.answers import read_answer
from pipeline.models.bodies import body_of
from pipeline.models.faults import Fault, Unable, Way, early_reply, error_of, fault_within, read_fault, refuses
from pipeline.models.headers import Rates, asked_wait, rates
from pipeline.models.keys import Key
from pipeline.models.presets import OPENAI_URL
from pipeline.settings import ModelSettings
from pipeline.stages.exchanging import Overlong, public_url
from pipeline.values.exchange import Reply, Request

if TYPE_CHECKING:
    import httpx2
    import openai

_LONGEST_BODY: Final = 8_000_000
_NO_KEY = "no-key"  # the client insists on one, servers at home do not


class Refusal(Exception):
    """A status that is no success. Whoever uses a server turns it into an error of ours."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class OpenAIServer:
    """One server: its client, and what goes wrong with it as errors of ours.

    Args:
        settings: where the server is and how long to wait for it.
        api_key: the key; None for servers that need none. It appears in no message and no representation.
        heard: told what each response says about limits.
    """

    def __init__(
        self, settings: ModelSettings, api_key: str | None, *, heard: Callable[[Rates], None] = lambda _: None
    ) -> None:
        self.settings = settings
        self.key = Key(api_key)
        self.name = public_url(settings.base_url or OPENAI_URL)
        self._heard = heard
        self._importing = threading.Lock()

    def __repr__(self) -> str:
        return f"OpenAIServer({self.name!r})"

    @property
    def client(self) -> "openai.OpenAI":
        """The client, which is made when it is first needed."""
        with self._importing:
            return self._client

    @cached_property
    def _client(self) -> "openai.OpenAI":
        import openai  # noqa: PLC0415 - costs half a second that most commands need not pay

        from pipeline.models.deadlines import bounding  # noqa: PLC0415 - as above

        url = self.settings.base_url or OPENAI_URL
        address = urlsplit(url)
        local = address.scheme == "http" and address.hostname in {"localhost", "127.0.0.1", "::1"}
        return openai.OpenAI(
            api_key=self.key.reveal() or _NO_KEY,
            base_url=url,
            max_retries=0,
            timeout=self.settings.timeout_s,
            # No proxy of the environment can reach a server on this machine. A context that trusts nobody saves the
            # tenth of a second that the list of authorities takes, and fails closed if we are sent elsewhere.
            http_client=openai.DefaultHttpxClient(
                trust_env=not local,
                verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if local else True,
                event_hooks=bounding(self.settings.timeout_s),
            ),
        )

    def close(self) -> None:
        """Closes the connections, if any were opened."""
        with self._importing:
            if "_client" in self.__dict__:
                self._client.close()

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around every use of the client: what it raises leaves as an error of ours, or as a refusal to be judged."""
        import httpx2  # noqa: PLC0415 - as above; what the client leaves untranslated while a body is read
        import openai  # noqa: PLC0415 - as above

        try:
            yield
        except openai.APIStatusError as error:
            headers = error.response.headers
            self._heard(rates(headers))
            raise self.refusal(read_fault(error.status_code, error.body, asked_wait(headers))) from None
        except (openai.APITimeoutError, httpx2.TimeoutException):
            raise self._late() from None
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            cause = error.__cause__ or error
            lost = TransientError(
                f"no connection to {self.name} ({type(cause).__name__})",
                remedy="Check the base URL and that the server runs.",
            )
            lost.billable = not isinstance(cause, httpx2.ConnectError)
            raise lost from None
        except (openai.OpenAIError, ValueError) as error:
            # a body that is no JSON, no UTF-8 or no completion, although the status was 200
            raise _billable(TransientError(f"{self.name} sent a broken answer ({type(error).__name__})")) from None

    def refusal(self, fault: Fault) -> Exception:
        """What a fault is raised as, without the key."""
        return Refusal(fault.model_copy(update={"message": self.key.out_of(fault.message)}))

    def whole(self, response: "httpx2.Response", parts: Iterable[bytes]) -> bytes:
        """A body, if it is complete in time and of a sane size: the client's own timeout starts anew with each part."""
        self._heard(rates(response.headers))
        ends = time.monotonic() + self.settings.timeout_s
        body = bytearray()
        for part in parts:
            body += part
            if time.monotonic() > ends:
                raise self._late()
            if len(body) > _LONGEST_BODY:
                raise _billable(Overlong(f"{self.name} answered with more than {_LONGEST_BODY:,} bytes"))
        return bytes(body)

    def _late(self) -> TransientError:
        return _billable(TransientError(f"{self.name} gave no whole answer within {self.settings.timeout_s:g} s"))


_Lost = TypeVar("_Lost", TransientError, BadReply)


def _billable(error: _Lost) -> _Lost:
    """The error of a question that was sent, and may have been answered: its provider may bill it."""
    error.billable = True
    return error


class OpenAIModel:
    """One model of one server, asked in one way.

    Args:
        settings: which model, where the server is and how long to wait for it.
        api_key: as of `OpenAIServer`.
        heard: as of `OpenAIServer`.
    """

    def __init__(
        self, settings: ModelSettings, api_key: str | None, *, heard: Callable[[Rates], None] = lambda _: None
    ) -> None:
        self._server = OpenAIServer(settings, api_key, heard=heard)

    def __repr__(self) -> str:
        return f"OpenAIModel({self._server.name!r})"

    @property
    def server(self) -> str:
        """The server's address as it may be shown."""
        return self._server.name or ""

    def close(self) -> None:
        """Closes the connections, if any were opened."""
        self._server.close()

    def answer(self, request: Request, way: Way = "json_schema") -> Reply:
        """The reply to one attempt.

        Raises:
            StopRun: the key is refused or the credit spent.
            SettingsError: no such model or address.
            TransientError: limits, overload, timeouts, broken connections and broken answers.
            BadReply: the server rejects this request; Unable if it rejects this way of asking.
        """
        server = self._server
        try:
            return self._asked(request, way)
        except Refusal as refusal:
            fault = refusal.fault
            early = early_reply(fault, request)
            if early is not None:
                return early.model_copy(update={"text": server.key.out_of(early.text)})
            error = error_of(fault, server.name, server.settings)
            raise (Unable(error.message, remedy=error.remedy) if refuses(fault, way) else error) from None

    def _asked(self, request: Request, way: Way) -> Reply:
        server = self._server
        with server.calling():
            asked = body_of(request, server.settings, way)
            with server.client.chat.completions.with_streaming_response.create(**asked) as response:
                body = server.whole(response.http_response, response.iter_bytes())
            if fault := fault_within(body):
                raise server.refusal(fault)
            return read_answer(body, request, server.key)
