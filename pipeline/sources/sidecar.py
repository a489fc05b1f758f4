"""The `*.info.json` that yt-dlp writes beside captions."""

import json
from collections.abc import Collection
from pathlib import Path

from pipeline.sources.readers.facts import facts_of, language_tag
from pipeline.sources.readers.reading import Facts
from pipeline.values.transcript import Repair, Trust

_ENDINGS = ("vtt", "srt", "sbv", "ass", "ssa", "lrc", "xml", "txt", "csv", "tsv")


def sidecar_facts(path: Path) -> tuple[Facts, tuple[Repair, ...]]:
    """What the sidecar of a transcript file states; a broken one is counted, as the words can be read without it."""
    for candidate in _candidates(path):
        if candidate.is_file():
            try:
                value = json.loads(candidate.read_bytes())
            except (OSError, ValueError, RecursionError):
                return Facts(), (Repair(kind="sidecar info.json not readable", count=1),)
            facts = _info_facts(value)
            return facts.model_copy(update={"trust": _trust(value, path.name)}), ()
    return Facts(), ()


def _candidates(path: Path) -> list[Path]:
    """`name.en.info.json`, `name.info.json`: for `name.en.vtt` the longer name first."""
    parts = path.name.split(".")
    return [path.with_name(".".join(parts[:n]) + ".info.json") for n in range(len(parts) - 1, 0, -1)]


def _trust(value: object, name: str) -> Trust | None:
    """How the captions of this name were made, as yt-dlp lists them: by hand, by speech recognition, or translated.

    yt-dlp writes the automatic captions of a language only if there are none by hand. Every other language that it
    lists is a translation of those that are spoken, whose names end in `-orig`.
    """
    language = next(
        (part for part in reversed(name.split(".")[1:]) if language_tag(part) and part not in _ENDINGS), None
    )
    if not isinstance(value, dict) or language is None:
        return None
    if language in _listed(value, "subtitles"):
        return "manual"
    automatic = _listed(value, "automatic_captions")
    if language not in automatic:
        return None
    is_spoken = language.endswith("-orig") or f"{language}-orig" in automatic or language == value.get("language")
    return "automatic" if is_spoken or len(automatic) == 1 else "translated"


def _listed(value: dict[str, object], key: str) -> Collection[str]:
    found = value.get(key)
    return found.keys() if isinstance(found, dict) else ()


def _info_facts(value: object) -> Facts:
    """The facts of yt-dlp's description. Its language is that of the video, not of the captions, so it is left out."""
    if not isinstance(value, dict):
        return Facts()
    named = facts_of(value)
    identity = value.get("id")
    return named.model_copy(update={"language": None, "id": identity if isinstance(identity, str) else named.id})
