"""Small talks for the tests of measuring, and the scene in which one sentence of them is corrupted."""

from random import Random

from pipeline.measuring.kinds import Scene
from pipeline.measuring.statements import Statement, Talk
from pipeline.values.transcript import Segment, Transcript, Video

FILLING = (
    "Every morning the baker opened his shop before the sun came up.",
    "Across the river stood a mill that ground wheat for the village.",
    "Winter storms often closed the mountain road between both valleys.",
    "A painter from Lisbon rented the upper floor for several summers.",
    "Children gathered chestnuts beneath the trees along the canal.",
    "Our library keeps letters that travellers wrote to their families.",
    "Once a ferry carried sheep, barrels and musicians downstream.",
    "The orchestra rehearsed inside an empty warehouse near the harbour.",
    "Gardeners trimmed hedges while tourists photographed the fountain.",
    "Philosophers debated whether machines could ever enjoy poetry.",
)


def talk(
    *sentences: str, language: str = "en", speakers: tuple[str, ...] = (), seconds: int = 40, name: str = "talk"
) -> Talk:
    """A talk of one segment a sentence, each so many seconds long; speakers take turns, if there are any."""
    segments = tuple(
        Segment(
            number=number,
            start_ms=number * seconds * 1000,
            end_ms=(number + 1) * seconds * 1000,
            text=text,
            speaker=speakers[number % len(speakers)] if speakers else None,
        )
        for number, text in enumerate(sentences)
    )
    video = Video(id=name, title="", channel="")
    return Talk(name, Transcript(video=video, language=language, trust="unknown", segments=segments))


def said(text: str, *, after_stop: bool = True) -> Statement:
    """A sentence at the beginning of a talk."""
    return Statement(text=text, start_ms=0, spoken_ms=0, end_ms=5_000, speaker=None, number=0, after_stop=after_stop)


def scene(text: str = "", language: str = "en", *, seed: int = 0, other: Talk | None = None) -> Scene:
    """A scene in which one sentence is said, and in English a talk goes on after it."""
    rest = FILLING if language == "en" else ()
    return Scene(talk(text or FILLING[0], *rest, language=language), other, Random(seed))
