"""What is known of each language, so that a verdict can say what it could not look at."""

from functools import cache
from typing import NamedTuple

from pipeline.language.hedges import hardenings
from pipeline.language.lexicon import lexicon
from pipeline.language.negation import negators
from pipeline.language.numbers import SPELLED
from pipeline.language.opposites import opposites
from pipeline.language.stemming import has_stemmer
from pipeline.language.stopwords import stop_words
from pipeline.language.subtags import primary_subtag


class Coverage(NamedTuple):
    """Which of the guards have data for a language. Numbers in digits and quotes need none."""

    spelled_numbers: bool
    negation: bool
    opposites: bool
    hedges: bool
    stop_words: bool
    stems: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What cannot be checked, in the words of a report."""
        names = ("numbers in words", "negation", "opposites", "hedges")
        return tuple(name for name, known in zip(names, self[: len(names)], strict=True) if not known)


@cache
def coverage(language: str) -> Coverage:
    """What is known of a language (BCP 47 tag); nothing of one that could not be told ("und")."""
    primary = primary_subtag(language)
    negation = lexicon(primary).negation
    return Coverage(
        spelled_numbers=primary in SPELLED or bool(lexicon(primary).numerals.values),
        negation=bool(negators(primary) or negation.phrases or negation.contains),
        opposites=bool(opposites(primary)),
        hedges=bool(hardenings(primary)),
        stop_words=bool(stop_words(primary)),
        stems=has_stemmer(primary),
    )
