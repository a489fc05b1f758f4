"""Honest claims: the speaker's own sentences, as they are and lightly rewritten. A checker should accept every one."""

import regex

from pipeline.measuring.figures import respell
from pipeline.measuring.kinds import Kind, Made, Scene, of_text
from pipeline.measuring.rewriting import apply_all, tidy
from pipeline.measuring.statements import Statement

_PUNCTUATION = regex.compile(r"(?<!\p{N})[\p{Po}--['’%@#&/\\*]]|[\p{Po}--['’%@#&/\\*]](?!\p{N})", regex.VERSION1)


_HEARD_MS = 10_000  # so long after a cited time a reader still waits for the words


def as_said(_scene: Scene, statement: Statement) -> str:
    """The sentence itself."""
    return statement.text


def other_case(_scene: Scene, statement: Statement) -> str | None:
    """All in small letters."""
    lowered = statement.text.lower()
    return lowered if lowered != statement.text else None


def other_punctuation(scene: Scene, statement: Statement) -> str | None:
    """Without any punctuation between its words."""
    gap = " " if scene.talk.is_spaced else ""
    bare = tidy(_PUNCTUATION.sub(gap, statement.text))
    return bare if bare != statement.text.rstrip(".。؟?!") else None


def without_fillers(scene: Scene, statement: Statement) -> str | None:
    """Without the sounds that a speaker makes while thinking; None if there are none."""
    words, gap = scene.lexicon, " " if scene.talk.is_spaced else ""
    sounds = rf"[,،、]?\s*(?:{words.any_of(words.fillers).pattern})[,،、]?"
    asides = rf"(?:,\s*|^)(?:{words.any_of(words.asides).pattern}),"
    rest = tidy(regex.sub(f"{asides}|{sounds}", gap, statement.text, flags=regex.IGNORECASE))
    return rest if rest != tidy(statement.text) else None


def written_out(scene: Scene, statement: Statement) -> str | None:
    """With its contractions written out."""
    text = apply_all(statement.text, scene.lexicon.rules(scene.lexicon.rewrites))
    return text if text != tidy(statement.text) else None


def numbers_respelled(scene: Scene, statement: Statement) -> str | None:
    """With one number in words instead of digits, or the other way round."""
    return respell(statement.text, scene.lexicon, scene.rng)


def abridged(scene: Scene, statement: Statement) -> str | None:
    """Without the connective that begins it and without words that only stress; nothing that a denial could reach."""
    words = scene.lexicon
    if words.denials(statement.text):
        return None
    gap = r"[\s,،、]+" if scene.talk.is_spaced else r"[,，、]?"
    text = regex.sub(
        rf"^(?:{words.any_of(words.connectives).pattern}){gap}", "", statement.text, flags=regex.IGNORECASE
    )
    text = tidy(words.any_of(words.intensifiers).sub("", text)) if words.intensifiers else text
    is_shorter = len(text) < len(tidy(statement.text))
    return text[:1].upper() + text[1:] if is_shorter and len(scene.talk.marks(text)) >= 3 else None


def lightly(scene: Scene, statement: Statement) -> str | None:
    """Several of these together."""
    text = statement.text
    for edit in (without_fillers, written_out, abridged, other_punctuation):
        text = edit(scene, statement.model_copy(update={"text": text})) or text
    return text if text != statement.text else None


def seconds_off(shift_ms: int) -> Kind:
    """A sentence of the speaker cited so much beside its time that a reader hears it all the same."""

    def make(scene: Scene, statement: Statement) -> Made | None:
        time_ms = statement.start_ms + scene.rng.choice((-1, 1)) * shift_ms
        exists = 0 <= time_ms <= scene.talk.transcript.end_ms
        return Made(statement.text, cite_ms=time_ms) if exists and statement.spoken_ms <= time_ms + _HEARD_MS else None

    return Kind(f"shift_{shift_ms // 1000}", "benign", make)


KINDS = (
    Kind("claim_exact", "ok", of_text(as_said)),
    Kind("claim_case", "ok", of_text(other_case)),
    Kind("claim_punctuation", "ok", of_text(other_punctuation)),
    Kind("claim_fillers", "ok", of_text(without_fillers)),
    Kind("claim_contractions", "ok", of_text(written_out)),
    Kind("claim_numbers", "ok", of_text(numbers_respelled)),
    Kind("claim_abridged", "ok", of_text(abridged)),
    Kind("para_light", "ok", of_text(lightly)),
    seconds_off(1_000),
    seconds_off(5_000),
)
