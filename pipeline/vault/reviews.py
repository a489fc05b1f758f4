"""A person's decisions: `.citenote/reviews/<id>.json` in the vault, one file a video, one entry a line.

They lie in the vault and not in the store: they are a person's work, not something that can be paid for again, and go
with the notes to whoever clones them.
"""

import json
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import SettingsError
from pipeline.values.review import Review
from pipeline.values.script import Script
from pipeline.vault.placing import place, write_whole
from pipeline.vault.proofs import proof_path

FOLDER = ".citenote/reviews"
_FORMAT = 1


def review_path(video: str) -> str:
    """Where the decisions about a video's notes lie."""
    return proof_path(video).replace("/proofs/", "/reviews/", 1)


def with_rejected(script: Script, vault: Path) -> Script:
    """The script with the claims that a person rejected, for whoever is asked about it. Raises as `read_review`."""
    rejected = read_review(vault, script.transcript.video.id).rejections
    return script.model_copy(update={"rejected": rejected}) if rejected else script


def all_reviews(vault: Path) -> tuple[Review, ...]:
    """All that was decided in a vault, a review a video. Raises as `read_review`."""
    folder = vault / FOLDER
    return tuple(_read(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()


def read_review(vault: Path, video: str) -> Review:
    """What was decided about a video's notes; an empty one where nothing was.

    Raises:
        SettingsError: the file is damaged.
    """
    path = place(vault, review_path(video))
    return _read(path) if path.exists() else Review(video=video)


def _read(path: Path) -> Review:
    try:
        loaded = json.loads(path.read_bytes())
        if loaded.pop("format") != _FORMAT:
            raise SettingsError(f"{path}: its format is not known", remedy="Use a newer citenote.")
        return Review.model_validate(loaded)
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as e:
        remedy = "Restore it from git or a copy: it holds decisions that are nowhere else."
        raise SettingsError(f"{path}: damaged ({type(e).__name__})", remedy=remedy) from e


def write_review(vault: Path, review: Review) -> None:
    """Keeps the decisions: on disk when this returns; no file for none."""
    path = place(vault, review_path(review.video))
    if not review.entries:
        path.unlink(missing_ok=True)
        return
    rows = ",\n".join(
        json.dumps(e.model_dump(mode="json", exclude_defaults=True) | {"kind": e.kind}) for e in review.entries
    )
    text = f'{{\n"format": {_FORMAT},\n"video": {json.dumps(review.video)},\n"entries": [\n{rows}\n]\n}}\n'
    write_whole(path, text.encode())
