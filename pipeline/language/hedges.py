"""Words of doubt and of part, and the words of certainty and of all that would harden them."""

from typing import NamedTuple

from pipeline.language.lexicon import lexicon
from pipeline.language.subtags import primary_subtag


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class Hardening(NamedTuple):
    """What was said softly, and how it sounds when it is overstated."""

    soft: frozenset[str]
    hard: frozenset[str]


_MAYBE = "maybe perhaps probably possibly presumably apparently likely arguably seemingly potentially"

_HARDENINGS = {
    "en": (
        Hardening(
            _words("might may could can would should " + _MAYBE),
            _words("will must shall is are was were cannot always"),
        ),
        Hardening(
            _words(_MAYBE + " might may could guess think believe suspect hope seems seem appears suggests"),
            _words("certainly definitely clearly obviously undoubtedly surely inevitably proven proves guaranteed"),
        ),
        Hardening(
            _words("some many most several few certain various part partly half often"),
            _words("all every everyone everybody each any entire whole entirely"),
        ),
        Hardening(
            _words("sometimes often usually generally typically occasionally frequently mostly normally rarely many"),
            _words("always invariably constantly"),
        ),
        Hardening(_words("might may perhaps maybe possibly"), _words("would")),
        Hardening(
            _words(
                "recommend recommends recommended recommending advise advises advised suggest suggests suggested "
                "propose proposes proposed urge urges urged encourage encourages encouraged invited requested"
            ),
            _words(
                "force forces forced compel compels compelled oblige obliges obliged order orders ordered require "
                "requires required command commanded mandate mandated imposed"
            ),
        ),
    ),
}


def hardenings(language: str) -> tuple[Hardening, ...]:
    """The pairs of soft and hard words of a language (BCP 47 tag); none for a language without a list."""
    primary = primary_subtag(language)
    if primary in _HARDENINGS:
        return _HARDENINGS[primary]
    return tuple(Hardening(soft, hard) for soft, hard in lexicon(primary).hardenings)


# Leaving one of these out of a sentence makes the sentence say more than it said.
_STANCE = {
    "en": _words(
        _MAYBE
        + " might may could sometimes often usually some many most few almost nearly about roughly around mostly partly"
        " seem seems seemed suppose guess hardly only if unless allegedly supposedly"
    )
}


# Said of a whole statement, these leave open whether it is so.
_OPEN = {"en": _words("might may maybe perhaps probably possibly presumably apparently allegedly supposedly arguably")}
_SOFTENED = {
    "en": _words(
        _MAYBE
        + " might may could can would should seem seems seemed appear appears appeared about around roughly some "
        "think thinks thought believe believes believed suspect suspects suspected guess alleged allegedly supposed "
        "supposedly suggest suggests suggested hold holds held doubt doubtful uncertain unclear possible chance often"
    )
}


def left_open(language: str) -> frozenset[str]:
    """Words that leave open whether a statement is so (BCP 47 tag); empty for a language without a list."""
    return _OPEN.get(primary_subtag(language), frozenset())


def softened(language: str) -> frozenset[str]:
    """Words by which a statement says that it may not be so, or not wholly."""
    return _SOFTENED.get(primary_subtag(language), frozenset())


def stances(language: str) -> frozenset[str]:
    """Words of doubt, part or condition that no cleaning of speech may delete (BCP 47 tag)."""
    primary = primary_subtag(language)
    soft = frozenset[str]().union(*(h.soft for h in hardenings(primary)))
    return _STANCE.get(primary, soft - {"is", "are", "was", "were"})
