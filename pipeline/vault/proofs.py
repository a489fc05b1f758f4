"""Proof files: `.citenote/proofs/<id>.json` in the vault, one a video, readable line by line."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import regex
from pydantic import BaseModel, ValidationError

from pipeline.errors import SettingsError
from pipeline.values.base import Value
from pipeline.values.proof import Proof, ProofNote
from pipeline.values.transcript import Segment, Video
from pipeline.vault.placing import place, write_whole
from pipeline.vault.slugs import slug

_FOLDER = ".citenote/proofs"
_FORMAT = 1
_SAFE = regex.compile(r"[A-Za-z0-9_\-]{2,64}")


class ProofHead(Value):
    """The first lines of a proof: what a channel page lists."""

    video: Video
    video_slug: str | None
    notes: tuple[ProofNote, ...]


def proof_path(video_id: str) -> str:
    """Where the proof of a video lies in its vault; any id makes a safe name."""
    reserved = slug(video_id) == f"{video_id.lower()}_page"
    if _SAFE.fullmatch(video_id) and not reserved:
        return f"{_FOLDER}/{video_id}.json"
    return f"{_FOLDER}/{slug(video_id)[:40]}-{hashlib.sha256(video_id.encode()).hexdigest()[:12]}.json"


def write_proof(vault: Path, proof: Proof) -> bool:
    """The proof of a video in its place; False when it was there already."""
    return write_whole(place(vault, proof_path(proof.video.id)), proof_bytes(proof))


def proof_for(vault: Path, video_id: str) -> Proof | None:
    """The proof of a video; None when the vault has none. Raises as `read_proof`."""
    path = place(vault, proof_path(video_id))
    return read_proof(path) if path.is_file() else None


def read_proof(path: Path) -> Proof:
    """A proof from its file.

    Raises:
        SettingsError: the file is no proof, or its transcript was changed after it was written.
    """
    try:
        loaded = json.loads(path.read_bytes())
        _expect_format(path, loaded.pop("format"))
        outline = {k: loaded.pop(k) for k in ("claims", "quotes", "gaps")}
        segments = [_segment(i, row) for i, row in enumerate(loaded.pop("segments"))]
        proof = Proof.model_validate({**loaded, "outline": outline, "segments": segments})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ValidationError) as e:
        raise SettingsError(
            f"{path}: not a proof ({type(e).__name__})", remedy="Run citenote on the video again."
        ) from e
    if proof.transcript.digest != proof.transcript_digest:
        raise SettingsError(f"{path}: its transcript was changed", remedy="Run citenote on the video again.")
    return proof


def read_heads(vault: Path) -> tuple[ProofHead, ...]:
    """The heads of all proofs of a vault, in the order of their file names; only their first lines are read.

    Raises:
        SettingsError: a file there is no proof.
    """
    folder = vault / _FOLDER
    return tuple(_head(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()


def _head(path: Path) -> ProofHead:
    try:
        with path.open(encoding="utf-8") as file:
            lines = [next(file) for _ in range(5)]
        loaded = json.loads("".join(lines).rstrip().rstrip(",") + "}")
        _expect_format(path, loaded.pop("format"))
        return ProofHead.model_validate(loaded)
    except (ValueError, KeyError, AttributeError, StopIteration, ValidationError) as e:
        remedy = "Remove it, and run citenote on the video again."
        raise SettingsError(f"{path}: not a proof ({type(e).__name__})", remedy=remedy) from e


def _expect_format(path: Path, number: object) -> None:
    if number != _FORMAT:
        raise SettingsError(f"{path}: format {number!r} is not known", remedy="Use a newer citenote.")


def _segment(number: int, row: list[Any]) -> Segment:
    speaker = row[3] if len(row) > 3 else None
    return Segment(number=number, start_ms=row[0], end_ms=row[1], text=row[2], speaker=speaker)


def proof_bytes(proof: Proof) -> bytes:
    """The file: the head in five lines, then a claim, a note, a segment a line."""
    rows = [
        ("format", _json(_FORMAT)),
        ("video", _json(proof.video)),
        ("video_slug", _json(proof.video_slug)),
        ("notes", _json([n.model_dump() for n in proof.notes])),
        ("language", _json(proof.language)),
        ("trust", _json(proof.trust)),
        ("transcript_digest", _json(proof.transcript_digest)),
        ("model", _json(proof.model)),
        *([("judge", _json(proof.judge))] if proof.judge else []),
        ("prompts", _lines(proof.prompts)),
        ("punctuated", _json(proof.punctuated)),
        ("repairs", _lines(proof.repairs)),
        ("chunks", _lines(proof.chunks)),
        ("claims", _lines(proof.outline.claims)),
        ("quotes", _lines(proof.outline.quotes)),
        ("gaps", _lines(proof.outline.gaps)),
        ("plan", _json(proof.plan)),
        ("segments", _lines([_row(s) for s in proof.segments])),
    ]
    body = ",\n".join(f'"{key}": {value}' for key, value in rows)
    return f"{{\n{body}\n}}\n".encode()


def _row(segment: Segment) -> list[Any]:
    row: list[Any] = [segment.start_ms, segment.end_ms, segment.text]
    return row if segment.speaker is None else [*row, segment.speaker]


def _json(value: object) -> str:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(plain, ensure_ascii=False)


def _lines(values: Iterable[object]) -> str:
    lines = ",\n".join(_json(v) for v in values)
    return f"[\n{lines}\n]" if lines else "[]"
