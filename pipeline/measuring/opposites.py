"""Words turned into their opposite, and cautious statements made certain."""

from pipeline.measuring.kinds import Kind, Scene, of_text
from pipeline.measuring.rewriting import apply_one
from pipeline.measuring.statements import Statement


def to_antonym(scene: Scene, statement: Statement) -> str | None:
    """The sentence with one word turned round; pairs of which both words are said around it are left alone."""
    words, text = scene.lexicon, statement.text
    if words.denials(text) or not words.is_sure(text):
        return None
    around = scene.talk.around(statement, 15_000)
    turned = [pair for old, new in words.antonyms for pair in ((old, new), (new, old))]
    apart = [
        (old, new)
        for old, new in turned
        if len(words.any_of([old]).findall(text)) == 1 and not words.any_of([new]).search(around)
    ]
    return apply_one(text, words.rules(apart), scene.rng)


def harden(scene: Scene, statement: Statement) -> str | None:
    """The sentence with what was possible made certain, or what holds for some made to hold for all."""
    words, text = scene.lexicon, statement.text
    if words.denials(text) or not words.is_sure(text) or words.any_of(words.harden_not).search(text):
        return None
    hedged = words.any_of([old for old, _ in words.harden]).findall(text)
    return apply_one(text, words.rules(words.harden), scene.rng) if len(hedged) == 1 else None


def with_hedge(scene: Scene, statement: Statement) -> str | None:
    """An honest sentence that is cautious."""
    hedges = [old for old, _ in scene.lexicon.harden]
    return statement.text if scene.lexicon.any_of(hedges).search(statement.text) else None


KINDS = (
    Kind("antonym", "unsupported", of_text(to_antonym)),
    Kind("modality", "unsupported", of_text(harden)),
    Kind("ok_hedge", "ok", of_text(with_hedge)),
)
