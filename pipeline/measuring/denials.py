"""Denials: one put into a sentence that has none, one taken out of a sentence that has exactly one."""

from pipeline.measuring.kinds import Kind, Scene, of_text
from pipeline.measuring.rewriting import apply_one
from pipeline.measuring.statements import Statement


def insert_denial(scene: Scene, statement: Statement) -> str | None:
    """The sentence with one verb denied; None where it denies something already or asks."""
    words = scene.lexicon
    if words.denials(statement.text) or not words.is_sure(statement.text):
        return None
    return apply_one(statement.text, words.denying(), scene.rng)


def remove_denial(scene: Scene, statement: Statement) -> str | None:
    """The sentence without its one denial; None where it has none, or more."""
    words = scene.lexicon
    if not words.denials(statement.text) or not words.is_sure(statement.text):
        return None
    changed = apply_one(statement.text, words.rules(words.affirm), scene.rng)
    return changed if changed and not words.denials(changed) else None


def with_denial(scene: Scene, statement: Statement) -> str | None:
    """An honest sentence that denies something."""
    return statement.text if scene.lexicon.denials(statement.text) else None


KINDS = (
    Kind("neg_insert", "unsupported", of_text(insert_denial)),
    Kind("neg_remove", "unsupported", of_text(remove_denial)),
    Kind("quote_neg", "unsupported", of_text(lambda s, x: insert_denial(s, x) or remove_denial(s, x)), quote=True),
    Kind("ok_negation", "ok", of_text(with_denial)),
)
