"""Where the transcript of a cited video is found: by its id, in the first place that has one.

Ids come from notes: they are hostile, and never become part of a path here.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.errors import SettingsError, SourceError
from pipeline.sources.files import read_transcript_file
from pipeline.values.transcript import Transcript
from pipeline.vault.proofs import proof_for

_REMEDY = "Name the folder that holds <videoId>.srt, .vtt or .json."
PROOFS_FOLDER = ".citenote/proofs"

Lookup = Callable[[str], Transcript | None]
"""A place to look for the transcript of a video id."""


class TranscriptFolder:
    """Transcripts as `DIR/<videoId>.*`, in any shape that the sources read."""

    def __init__(self, folder: Path) -> None:
        """Lists the folder once.

        Raises:
            SettingsError: there is no such folder.
        """
        if not folder.is_dir():
            raise SettingsError(f"{folder}: no such folder", remedy=_REMEDY)
        self._by_id: dict[str, list[Path]] = defaultdict(list)
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.endswith(".info.json"):
                for at in (at for at, char in enumerate(path.name) if char == "." and at):
                    self._by_id[path.name[:at]].append(path)
        self.unreadable: dict[str, str] = {}
        """Why no file of a video id could be read."""

    def __call__(self, video_id: str) -> Transcript | None:
        """The transcript of this video; None when there is none that can be read."""
        for path in self._by_id.get(video_id, ()):
            try:
                transcript = read_transcript_file(path, video_id=video_id)
            except SourceError as error:
                self.unreadable[video_id] = error.message
            else:
                self.unreadable.pop(video_id, None)
                return transcript
        return None


class VaultProofs:
    """The transcripts that a vault of ours keeps in its proof files."""

    def __init__(self, vault: Path) -> None:
        """Reads nothing yet."""
        self._vault = vault
        self._is_ours: bool | None = None
        self.unreadable: dict[str, str] = {}
        """Why the proof of a video id could not be read."""

    def __call__(self, video_id: str) -> Transcript | None:
        """The transcript in the proof of this video; None when there is none that can be read."""
        if self._is_ours is None:  # whatever stands there, a dangling link too, is looked at
            self._is_ours = os.path.lexists(self._vault / Path(PROOFS_FOLDER).parts[0])
        if not self._is_ours:
            return None
        try:
            proof = proof_for(self._vault, video_id)
        except SettingsError as error:
            self.unreadable[video_id] = error.message
            return None
        return proof.transcript if proof else None


def vault_of(page: Path) -> Path | None:
    """The nearest folder above a page that holds proofs."""
    return next((folder for folder in page.resolve().parents if (folder / PROOFS_FOLDER).is_dir()), None)


class Fetched(Protocol):
    """A place that asks the network, and knows what it could not have."""

    failed: dict[str, str]
    """Why the transcript of a video could not be had, by its id."""

    def __call__(self, video_id: str) -> Transcript | None:
        """The transcript of this video; None when it cannot be had."""
        ...


class Places:
    """The folder that a person named, the vaults' proofs, the stores, the network: the first that has one gives it."""

    def __init__(
        self,
        folder: TranscriptFolder | None,
        vaults: Sequence[VaultProofs],
        lookups: Sequence[Lookup],
        fetched: Fetched | None = None,
    ) -> None:
        """In this order."""
        self._reporting: list[TranscriptFolder | VaultProofs] = [*([folder] if folder else []), *vaults]
        self._fetched = fetched
        self._lookups: list[Lookup] = [*self._reporting, *lookups, *([fetched] if fetched else [])]

    def find(self, video_id: str) -> Transcript | None:
        """The transcript of this video; None for an empty id."""
        for lookup in self._lookups if video_id else ():
            transcript = lookup(video_id)
            if transcript is not None and transcript.segments:
                return transcript
        return None

    def trouble(self, video_id: str) -> str | None:
        """Why a transcript that is there could not be read."""
        return next((place.unreadable[video_id] for place in self._reporting if video_id in place.unreadable), None)

    def missing(self, video_id: str) -> str:
        """Why there is no transcript, as far as it is known; empty when it is not."""
        failed = self._fetched.failed if self._fetched else {}
        return f"no transcript could be fetched: {failed[video_id]}" if video_id in failed else ""
