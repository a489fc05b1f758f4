"""Which of the caption tracks of a video is taken."""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from pipeline.language.stopwords import primary_subtag
from pipeline.values.sourcing import YouTubeSettings
from pipeline.values.transcript import Trust

Handle = TypeVar("Handle")


class Track(NamedTuple, Generic[Handle]):
    """A track on offer: its language, who made it, and what it is fetched by."""

    language: str
    trust: Trust
    handle: Handle


def best_track(tracks: Sequence[Track[Handle]], settings: YouTubeSettings) -> Track[Handle] | None:
    """The track of the first preferred language that exists, made by a person rather than by speech recognition.

    A region counts less than the language: `en` is met by `en-GB` when there is no `en`. When no preferred language
    exists, a machine translation into one is taken if the settings want that, else the language that is spoken, which
    is that of the automatic captions.
    """
    by_hand = [t for t in tracks if t.trust == "manual"]
    heard = [t for t in tracks if t.trust == "automatic"]
    made = (*by_hand, *heard)
    found = _first_of(settings.languages, made)
    if found is None and settings.translate:
        found = _first_of(settings.languages, [t for t in tracks if t.trust == "translated"])
    return found or _first_of([t.language for t in heard], made) or next(iter(made), None)


def _first_of(languages: Iterable[str], tracks: Sequence[Track[Handle]]) -> Track[Handle] | None:
    for wanted in languages:
        for track in tracks:
            if track.language.casefold() == wanted.casefold():
                return track
        for track in tracks:
            if primary_subtag(track.language) == primary_subtag(wanted):
                return track
    return None
