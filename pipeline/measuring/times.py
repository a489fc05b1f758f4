"""Honest sentences with a wrong time: of another topic, or one that does not exist."""

from pipeline.measuring.case import clock
from pipeline.measuring.kinds import Kind, Made, Scene
from pipeline.measuring.statements import Statement

_FAR_MS = 120_000
_NOT_THERE = 0.5  # of a sentence's words may be said around the wrong time too
_BEFORE_MS, _AFTER_MS = 60_000, 90_000


def is_elsewhere(scene: Scene, statement: Statement, time_ms: int) -> bool:
    """Whether a time exists, lies two minutes or more from a sentence, and nothing like it is said there."""
    exists = 0 <= time_ms <= scene.talk.transcript.segments[-1].start_ms
    far = time_ms <= statement.start_ms - _FAR_MS or time_ms >= statement.end_ms + _FAR_MS
    if not exists or not far or scene.talk.norms.count(scene.talk.normed(statement.text)) > 1:
        return False
    return scene.talk.share_around(statement.text, time_ms - _BEFORE_MS, time_ms + _AFTER_MS) <= _NOT_THERE


def moved(scene: Scene, statement: Statement) -> Made | None:
    """Cited two minutes away, or a little more."""
    shift = scene.rng.choice((-1, 1)) * (_FAR_MS + scene.rng.randrange(30_000))
    time_ms = statement.end_ms + shift if shift > 0 else statement.start_ms + shift
    return Made(statement.text, cite_ms=time_ms) if is_elsewhere(scene, statement, time_ms) else None


def moved_far(scene: Scene, statement: Statement) -> Made | None:
    """Cited at the start of another sentence, anywhere in the talk."""
    time_ms = scene.rng.choice(scene.talk.statements).start_ms
    return Made(statement.text, cite_ms=time_ms) if is_elsewhere(scene, statement, time_ms) else None


def hours_as_minutes(scene: Scene, statement: Statement) -> Made | None:
    """01:08:20 written as 00:01:08, or 06:46 as 06:46:00 where the talk is so long."""
    candidates = [statement.start_ms // 60_000 * 1_000, statement.start_ms // 1_000 * 60_000]
    there = [t for t in candidates if is_elsewhere(scene, statement, t)]
    return Made(statement.text, cite_ms=scene.rng.choice(there)) if there else None


def minutes_as_hours(scene: Scene, statement: Statement) -> Made | None:
    """06:46 written as 06:46:00, in a talk that ends before."""
    time_ms = statement.start_ms // 1_000 * 60_000
    return Made(statement.text, cite_ms=time_ms) if _is_beyond(scene, time_ms) else None


def beyond_end(scene: Scene, statement: Statement) -> Made | None:
    """A time after the end of the talk."""
    return Made(statement.text, cite_ms=scene.talk.transcript.end_ms + scene.rng.randint(5_000, 900_000))


def before_start(scene: Scene, statement: Statement) -> Made | None:
    """A time before the start of the talk."""
    return Made(statement.text, cite_ms=-scene.rng.randint(1_000, 600_000))


def malformed(scene: Scene, statement: Statement) -> Made | None:
    """Something in place of a time."""
    stamp = clock(statement.start_ms)
    forms = ("N/A", "[??:??]", f"00:75:{stamp[-2:]}", stamp[:5] + ":", stamp.replace(":", "."), "1:2", "later")
    return Made(statement.text, cite=scene.rng.choice(forms))


def _is_beyond(scene: Scene, time_ms: int) -> bool:
    return time_ms > scene.talk.transcript.end_ms + 1_000


KINDS = (
    Kind("shift_120", "wrong_time", moved),
    Kind("shift_far", "wrong_time", moved_far),
    Kind("hm_confusion", "wrong_time", hours_as_minutes),
    Kind("hm_confusion", "nonexistent", minutes_as_hours),
    Kind("beyond_end", "nonexistent", beyond_end),
    Kind("negative", "nonexistent", before_start),
    Kind("malformed", "nonexistent", malformed),
)
