"""Words of doubt and of part, and the words of certainty and of all that would harden them."""

from typing import NamedTuple

from pipeline.language.stopwords import primary_subtag


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
    "de": (
        Hardening(
            _words("vielleicht möglicherweise wahrscheinlich vermutlich könnte könnten dürfte wohl"),
            _words("sicher sicherlich bestimmt gewiss wird werden muss müssen zweifellos"),
        ),
        Hardening(_words("einige manche viele meisten mehrere"), _words("alle alles jeder jede jedes sämtliche")),
        Hardening(_words("manchmal oft meistens häufig gewöhnlich"), _words("immer stets ständig")),
    ),
    "fr": (
        Hardening(
            _words("peut-être probablement pourrait pourraient possible sans doute"),
            _words("certainement sûrement doit doivent forcément"),
        ),
        Hardening(_words("certains certaines quelques plusieurs beaucoup"), _words("tous toutes tout chaque")),
        Hardening(_words("parfois souvent généralement"), _words("toujours constamment")),
    ),
    "es": (
        Hardening(
            _words("quizás quizá tal vez probablemente podría podrían posiblemente"),
            _words("ciertamente seguramente debe deben definitivamente"),
        ),
        Hardening(_words("algunos algunas varios muchos"), _words("todos todas todo cada")),
        Hardening(_words("veces menudo generalmente"), _words("siempre constantemente")),
    ),
}


def hardenings(language: str) -> tuple[Hardening, ...]:
    """The pairs of soft and hard words of a language (BCP 47 tag); none for a language without a list."""
    return _HARDENINGS.get(primary_subtag(language), ())


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
    soft = frozenset[str]().union(*(h.soft for h in _HARDENINGS.get(primary, ())))
    return _STANCE.get(primary, soft - {"is", "are", "was", "were"})
