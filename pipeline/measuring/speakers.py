"""Claims that name who said something, in transcripts that tell who speaks."""

from pipeline.measuring.kinds import Kind, Made, Scene
from pipeline.measuring.statements import Statement

_ALONE_MS = 10_000  # within so much of a sentence nobody else is heard, so that who says it is sure


def right_speaker(scene: Scene, statement: Statement) -> Made | None:
    """The sentence with the name of who says it."""
    if not statement.speaker or len(_speakers(scene)) < 2:
        return None
    return _told(scene, statement, statement.speaker)


def wrong_speaker(scene: Scene, statement: Statement) -> Made | None:
    """The sentence with the name of another speaker of the talk who is not heard around it."""
    talk = scene.talk
    heard = {
        s.speaker
        for s in talk.transcript.segments
        if s.end_ms > statement.start_ms - _ALONE_MS and s.start_ms < statement.end_ms + _ALONE_MS
    }
    # "Ann" and "Ann Lee" may be one person.
    parts = {part for name in heard if name for part in name.casefold().split()}
    others = [name for name in _speakers(scene) if not parts & set(name.casefold().split())]
    if not statement.speaker or not others:
        return None
    return _told(scene, statement, scene.rng.choice(others))


def _told(scene: Scene, statement: Statement, speaker: str) -> Made:
    return Made(scene.lexicon.says.format(speaker=speaker, text=statement.text), speaker=speaker)


def _speakers(scene: Scene) -> list[str]:
    return sorted({s.speaker for s in scene.talk.transcript.segments if s.speaker})


KINDS = (
    Kind("speaker_ok", "ok", right_speaker),
    Kind("speaker_wrong", "unsupported", wrong_speaker),
)
