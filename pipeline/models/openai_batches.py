"""OpenAI's files and batches through the client of `pipeline.models.openai`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pipeline.errors import BadReply, CitenoteError, SettingsError
from pipeline.models.batches.packing import ENDPOINT
from pipeline.models.batches.remotes import read_id, read_page, read_remote
from pipeline.models.faults import Fault, error_of
from pipeline.models.openai import OpenAIServer, Refusal
from pipeline.settings import ModelSettings
from pipeline.values.posted import Remote


class OpenAIBatches:
    """The files and batches of one server (see `pipeline.models.batches`).

    Args:
        settings: as of `OpenAIServer`.
        api_key: as of `OpenAIServer`.
    """

    def __init__(self, settings: ModelSettings, api_key: str | None) -> None:
        self._server = OpenAIServer(settings, api_key)

    def __repr__(self) -> str:
        return f"OpenAIBatches({self._server.name!r})"

    def close(self) -> None:
        """Closes the connections, if any were opened."""
        self._server.close()

    def upload(self, name: str, content: bytes) -> str:
        """The id of a new file."""
        with self._calling():
            files = self._server.client.files.with_raw_response
            return read_id(files.create(file=(name, content), purpose="batch").content)

    def create(self, file_id: str, metadata: Mapping[str, str]) -> Remote:
        """A new batch over a file."""
        with self._calling():
            batches = self._server.client.batches.with_raw_response
            made = batches.create(
                input_file_id=file_id, endpoint=ENDPOINT, completion_window="24h", metadata=dict(metadata)
            )
            return read_remote(made.content)

    def retrieve(self, batch_id: str) -> Remote | None:
        """The batch as it stands; None if the server knows none of this id."""
        try:
            with self._server.calling():
                return read_remote(self._server.client.batches.with_raw_response.retrieve(batch_id).content)
        except Refusal as refusal:
            if refusal.fault.status == 404:
                return None
            raise self._error(refusal.fault) from None

    def newest(self) -> Iterator[Remote]:
        """All batches of the account, the newest first, a page at a time."""
        after = ""
        while True:
            with self._calling():
                batches = self._server.client.batches.with_raw_response
                page, more = read_page(
                    (batches.list(limit=100, after=after) if after else batches.list(limit=100)).content
                )
            yield from page
            if not more or not page or page[-1].id == after:
                return
            after = page[-1].id

    def content(self, file_id: str) -> Iterator[bytes]:
        """A file in parts, as they arrive."""
        with (
            self._calling(),
            self._server.client.files.with_streaming_response.content(file_id) as response,
        ):
            yield from response.iter_bytes()

    @contextmanager
    def _calling(self) -> Iterator[None]:
        try:
            with self._server.calling():
                yield
        except Refusal as refusal:
            raise self._error(refusal.fault) from None

    def _error(self, fault: Fault) -> CitenoteError:
        server = self._server
        if fault.status in {404, 405, 501}:
            return SettingsError(f"{server.name} has no batches", remedy="Run it without --batch.")
        error = error_of(fault, server.name, server.settings)
        return SettingsError(error.message, remedy="Run it without --batch.") if isinstance(error, BadReply) else error
