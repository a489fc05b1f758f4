"""Quotations: true ones in the forms in which people quote, altered ones, and ones that nobody said."""

from collections import Counter, defaultdict
from functools import lru_cache

import regex

from pipeline.language.tokens import tokens
from pipeline.measuring.honest import as_said, other_case, other_punctuation, without_fillers
from pipeline.measuring.kinds import Kind, Made, Scene, of_text
from pipeline.measuring.mixing import is_foreign
from pipeline.measuring.rewriting import as_in, tidy
from pipeline.measuring.statements import Statement, Talk

_LEAST, _LEAST_UNSPACED = 8, 14
_RARE = 2
_ALIKE = 4  # letters with which two words of one stem may begin alike


def swap_word(scene: Scene, statement: Statement) -> str | None:
    """The quotation with one telling word changed for another one of the talk."""
    found = [t for t in tokens(statement.text) if _tells(scene.talk, t.norm)]
    if not scene.talk.is_spaced:
        return _swap_run(scene, statement)
    pool = vocabulary(scene.talk)
    if not found or not pool:
        return None
    token = scene.rng.choice(found)
    for word in scene.rng.sample(pool, min(20, len(pool))):
        near = abs(len(word) - len(token.norm)) <= 3 and word[:_ALIKE] != token.norm[:_ALIKE]
        if near and word not in statement.text.casefold():
            old = statement.text[token.start : token.end]
            return statement.text[: token.start] + as_in(old, word) + statement.text[token.end :]
    return None


def splice(scene: Scene, statement: Statement) -> str | None:
    """The first half of the quotation with the second half of one from elsewhere, without a mark of the cut."""
    others = [s for s in scene.talk.statements if abs(s.number - statement.number) > 3]
    if not others:
        return None
    second = scene.rng.choice(others).text
    mine, theirs = tokens(statement.text), tokens(second)
    cut, join = mine[len(mine) // 2], theirs[len(theirs) // 2]
    return tidy(statement.text[: cut.start] + second[join.start :])


def chain(scene: Scene, statement: Statement) -> str | None:
    """A sentence nobody said, in which every three words stand together somewhere in the talk."""
    follows = _followers(scene.talk)
    said = tokens(statement.text)
    words = [t.norm for t in said[:2]]
    if len(words) < 2:
        return None
    least = _LEAST if scene.talk.is_spaced else _LEAST_UNSPACED
    while len(words) < least + 6:
        following = follows.get((words[-2], words[-1]))
        if not following:
            break
        words.append(scene.rng.choice(following))
    text = (" " if scene.talk.is_spaced else "").join(words)
    return text[:1].upper() + text[1:] if len(words) >= least else None


def foreign(scene: Scene, _statement: Statement) -> Made | None:
    """A quotation of another talk."""
    if scene.other is None or not scene.other.statements:
        return None
    text = scene.rng.choice(scene.other.statements).text
    return Made(text, said=False) if is_foreign(scene, text) else None


@lru_cache(maxsize=8)
def vocabulary(talk: Talk) -> list[str]:
    """The telling words of a talk in the order of the alphabet."""
    return sorted({t.norm for t in tokens(talk.text) if _tells(talk, t.norm)})


def _tells(talk: Talk, word: str) -> bool:
    """Whether a word is long, no number and none of the talk's most common ones."""
    return len(word) >= 5 and word.isalpha() and word not in _common(talk)


@lru_cache(maxsize=8)
def _common(talk: Talk) -> frozenset[str]:
    counts = Counter(t.norm for t in tokens(talk.text))
    return frozenset(word for word, count in counts.most_common(60) if count > _RARE)


@lru_cache(maxsize=8)
def _followers(talk: Talk) -> dict[tuple[str, str], list[str]]:
    words = [t.norm for t in tokens(talk.text)]
    follows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for a, b, c in zip(words, words[1:], words[2:], strict=False):
        follows[a, b].append(c)
    return follows


_IDEOGRAPHS = regex.compile(r"[\p{Han}\p{Katakana}ー]{2,}")


def _swap_run(scene: Scene, statement: Statement) -> str | None:
    """Where words have no spaces, runs of ideographs or of katakana stand for words."""
    runs = list(_IDEOGRAPHS.finditer(statement.text))
    pool = sorted(
        {m.group() for s in scene.talk.statements for m in _IDEOGRAPHS.finditer(s.text) if len(m.group()) <= 6}
    )
    if not runs or not pool:
        return None
    run = scene.rng.choice(runs)
    for word in scene.rng.sample(pool, min(20, len(pool))):
        if word not in statement.text and run.group() not in word and not set(word) & set(run.group()):
            return statement.text[: run.start()] + word + statement.text[run.end() :]
    return None


KINDS = (
    Kind("quote_exact", "ok", of_text(as_said), quote=True),
    Kind("quote_case", "ok", of_text(other_case), quote=True),
    Kind("quote_punctuation", "ok", of_text(other_punctuation), quote=True),
    Kind("quote_clean", "ok", of_text(without_fillers), quote=True),
    Kind("quote_alter", "unsupported", of_text(swap_word), quote=True),
    Kind("quote_splice", "unsupported", of_text(splice), quote=True),
    Kind("quote_fab_markov", "unsupported", of_text(chain), quote=True),
    Kind("quote_fab_other", "unsupported", foreign, quote=True),
)
