"""The `*.info.json` that yt-dlp writes beside captions."""

import json
from pathlib import Path

from pipeline.sources.readers.facts import facts_of
from pipeline.sources.readers.reading import Facts
from pipeline.values.transcript import Repair


def sidecar_facts(path: Path) -> tuple[Facts, tuple[Repair, ...]]:
    """What the sidecar of a transcript file states; a broken one is counted, as the words can be read without it."""
    for candidate in _candidates(path):
        if candidate.is_file():
            try:
                value = json.loads(candidate.read_bytes())
            except (OSError, ValueError, RecursionError):
                return Facts(), (Repair(kind="sidecar info.json not readable", count=1),)
            return _info_facts(value), ()
    return Facts(), ()


def _candidates(path: Path) -> list[Path]:
    """`name.en.info.json`, `name.info.json`: for `name.en.vtt` the longer name first."""
    parts = path.name.split(".")
    return [path.with_name(".".join(parts[:n]) + ".info.json") for n in range(len(parts) - 1, 0, -1)]


def _info_facts(value: object) -> Facts:
    """The facts of yt-dlp's description. Its language is that of the video, not of the captions, so it is left out."""
    if not isinstance(value, dict):
        return Facts()
    named = facts_of(value)
    identity = value.get("id")
    return named.model_copy(update={"language": None, "id": identity if isinstance(identity, str) else named.id})
