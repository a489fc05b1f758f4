"""What a server says of files and batches, read leniently: servers send what they like."""

from typing import Any

from pydantic import BaseModel, Field, JsonValue

from pipeline.values.posted import Fault, Remote


class _Identified(BaseModel):
    id: str = Field(min_length=1)


class _Counts(BaseModel):
    total: int | None = None
    completed: int | None = None
    failed: int | None = None


class _Fault(BaseModel):
    code: str | None = None
    message: str | None = None
    line: int | None = None


class _Faults(BaseModel):
    data: list[_Fault] | None = None


class _Batch(_Identified):
    status: str
    created_at: float | None = None
    metadata: dict[str, JsonValue] | None = None
    request_counts: _Counts | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: _Faults | None = None


class _Page(BaseModel):
    data: list[_Batch]
    has_more: bool | None = None


def read_id(body: bytes) -> str:
    """The id of a new file; ValueError if there is none."""
    return _Identified.model_validate_json(body).id


def read_remote(body: bytes) -> Remote:
    """A batch; ValueError if the body tells of none."""
    return _remote(_Batch.model_validate_json(body))


def read_page(body: bytes) -> tuple[tuple[Remote, ...], bool]:
    """The batches of a page, and whether there are more; ValueError if the body is no page."""
    page = _Page.model_validate_json(body)
    return tuple(map(_remote, page.data)), bool(page.has_more)


def _remote(batch: _Batch) -> Remote:
    counts = batch.request_counts or _Counts()
    faults = (batch.errors.data if batch.errors else None) or []
    return Remote(
        id=batch.id,
        status=batch.status,
        created_s=batch.created_at or 0,
        metadata={name: str(value) for name, value in (batch.metadata or {}).items()},
        total=counts.total or 0,
        completed=counts.completed or 0,
        failed=counts.failed or 0,
        output_file=batch.output_file_id or None,
        error_file=batch.error_file_id or None,
        faults=tuple(Fault.model_validate(_known(fault)) for fault in faults),
    )


def _known(fault: _Fault) -> dict[str, Any]:
    return fault.model_dump(exclude_none=True)
