"""Claims mixed of two sentences, and sentences of another talk."""

import regex

from pipeline.measuring.kinds import Kind, Made, Scene
from pipeline.measuring.rewriting import tidy
from pipeline.measuring.statements import Statement

_FAR_MS = 120_000
_ALIKE = 0.5
_TRIES = 12


def merge_facts(scene: Scene, statement: Statement) -> Made | None:
    """Two sentences of different places in one claim, cited at the first: half of it is said there."""
    other = _distant(scene, statement)
    if other is None or scene.talk.share_around(other.text, *_near(statement)) > _ALIKE:
        return None
    second = regex.sub(_linking(scene), "", other.text, flags=regex.IGNORECASE)
    second = second if regex.match(r"\p{Lu}{2}|I\b|\p{Lu}\p{Ll}+ \p{Lu}", second) else _lowered(second)
    return Made(scene.lexicon.joined.format(first=_bare(statement.text), second=second))


def cross_predicates(scene: Scene, statement: Statement) -> Made | None:
    """The subject of a sentence far away with the predicate of this one."""
    own = split_at_verb(scene, statement.text)
    for _ in range(_TRIES if own else 0):
        other = _distant(scene, statement)
        theirs = split_at_verb(scene, other.text) if other else None
        if own and theirs and theirs[1] == own[1]:
            subject = theirs[0]
            if scene.talk.share_around(subject, *_near(statement)) == 0.0:
                gap = " " if scene.talk.is_spaced else ""
                return Made(tidy(gap.join((subject[:1].upper() + subject[1:], own[1], own[2]))))
    return None


def of_another_talk(scene: Scene, _statement: Statement) -> Made | None:
    """A sentence of another talk at a time of this one; nothing like it is said anywhere in this one."""
    if scene.other is None or not scene.other.statements:
        return None
    foreign = scene.rng.choice(scene.other.statements).text
    return Made(foreign, said=False) if is_foreign(scene, foreign) else None


def is_foreign(scene: Scene, text: str) -> bool:
    """Whether no stretch of the talk holds more than half of what marks a text."""
    talk, wanted = scene.talk, scene.talk.marks(text)
    if len(wanted) < 4:
        return False
    marks = talk.segment_marks
    width = 6
    return all(
        len(wanted & frozenset().union(*marks[at : at + width])) <= _ALIKE * len(wanted)
        for at in range(0, len(marks), width // 2)
    )


def split_at_verb(scene: Scene, text: str) -> tuple[str, str, str] | None:
    """Subject, verb and predicate of a sentence; None where they cannot be told for sure."""
    words = scene.lexicon
    if words.denials(text) or not words.is_sure(text):
        return None
    text = regex.sub(_linking(scene), "", text, flags=regex.IGNORECASE)
    if words.topic:
        subject, verb, predicate = text.partition(words.topic)
        long_enough = 3 <= len(subject) <= 14 and len(predicate) >= 8
    else:
        match = words.any_of(words.copulas).search(text)
        if match is None:
            return None
        subject, verb, predicate = text[: match.start()], match.group(), text[match.end() :]
        size = (lambda t: len(t.split())) if scene.talk.is_spaced else len
        long_enough = 2 <= size(subject) <= 8 and size(predicate) >= 4
    named = scene.talk.marks(words.any_of(words.no_subjects).sub(" ", subject))
    plain = regex.search(r"[,;:،、，]", subject) is None and not words.any_of(words.no_subjects).search(subject)
    return (subject.strip(), verb, predicate.strip()) if verb and long_enough and plain and named else None


def _linking(scene: Scene) -> str:
    return rf"^(?:{scene.lexicon.any_of(scene.lexicon.connectives).pattern})[\s,،、]+"


def _distant(scene: Scene, statement: Statement) -> Statement | None:
    for _ in range(_TRIES):
        other = scene.rng.choice(scene.talk.statements)
        if abs(other.start_ms - statement.start_ms) >= _FAR_MS + (statement.end_ms - statement.start_ms):
            return other
    return None


def _near(statement: Statement) -> tuple[int, int]:
    return statement.start_ms - 60_000, statement.end_ms + 60_000


def _bare(text: str) -> str:
    return regex.sub(r"[.。؟?!।]+$", "", text)


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


KINDS = (
    Kind("merge_and", "partial", merge_facts),
    Kind("merge_subj_pred", "unsupported", cross_predicates),
    Kind("other_video", "unsupported", of_another_talk),
)
