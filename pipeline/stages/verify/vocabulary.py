"""The different words of a transcript: where each stands, which are kin, and how much each tells."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.language.fillers import fillers
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words

_PASSAGE_MS = 30_000  # the document of the IDF
_PREFIX = 5  # letters that two stems must share to be kin
_SHARED = 0.6  # and this share of the longer one
_KIN = 0.8  # how well a kindred stem stands for a word

Places = NDArray[np.int64]
"""Words of the transcript, ascending."""

_NOWHERE: Places = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a claim."""

    stem: str
    weight: float
    """Its rarity in this transcript."""
    kin: tuple[tuple[str, float], ...]
    """The stems of the transcript that stand for it, best first, and how well (0 to 1); empty when never said."""


class Vocabulary:
    """The words of a transcript by their forms and stems. Whatever takes long is made when first asked for."""

    def __init__(self, forms: Sequence[str], times: NDArray[np.int64], language: str) -> None:
        """From all words in order and when each was said, in milliseconds; `language` is a BCP 47 tag."""
        self.times = times
        self.language = language
        self.fillers = fillers(language)
        self._stop = stop_words(language)
        numbers = {form: number for number, form in enumerate(dict.fromkeys(forms))}
        self._forms = list(numbers)
        self._numbers = np.fromiter(map(numbers.__getitem__, forms), dtype=np.int64, count=len(forms))
        self._terms: dict[str, Term] = {}
        self._layers: dict[str, list[tuple[Places, float]]] = {}

    def stem(self, word: str) -> str:
        """The stem of a form, numbers as they are."""
        return word if word.startswith("#") else stem(word, self.language)

    def is_content(self, word: str) -> bool:
        """Whether a form carries matter: no stop word, no filler, and more than one letter where words have several."""
        if word in self._stop or word in self.fillers:
            return False
        return len(word) > 1 or not word.isascii()

    @cached_property
    def every_stem(self) -> list[str]:
        """The stem of each word, stop words included."""
        known = [self.stem(form) for form in self._forms]
        return [known[number] for number in self._numbers.tolist()]

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each form stands."""
        rows = _grouped(self._numbers, len(self._forms))
        return {form: row.tolist() for form, row in zip(self._forms, rows, strict=True)}

    @cached_property
    def postings(self) -> dict[str, Places]:
        """Where each stem of words with matter stands."""
        stems: dict[str, int] = {"": 0}
        of_form = [
            stems.setdefault(self.stem(form) if self.is_content(form) else "", len(stems)) for form in self._forms
        ]
        rows = _grouped(np.array(of_form, dtype=np.int64)[self._numbers], len(stems))
        return {word: row for word, row in zip(stems, rows, strict=True) if word}

    @cached_property
    def _passages(self) -> int:
        return max(1, math.ceil((int(self.times[-1] - self.times[0]) if len(self.times) else 0) / _PASSAGE_MS))

    @cached_property
    def _passage(self) -> NDArray[np.int64]:
        """The passage of half a minute of each word."""
        return (self.times - self.times[:1]) // _PASSAGE_MS

    def rarities(self, rows: Sequence[Places]) -> list[float]:
        """How much the words of each row tell: their inverse frequency over passages of half a minute."""
        if not rows:
            return []
        passages = self._passage[np.concatenate(rows)]
        edges = np.array([0, *accumulate(map(len, rows))])
        opens = np.ones(len(passages), dtype=bool)
        np.not_equal(passages[1:], passages[:-1], out=opens[1:])
        opens[edges[edges < len(opens)]] = True
        counted = np.concatenate([[0], opens.cumsum()])[edges].tolist()
        counts = [after - before for before, after in pairwise(counted)]
        return [math.log(1 + (self._passages - count + 0.5) / (count + 0.5)) for count in counts]

    def term(self, word: str) -> Term:
        """The term of a stem."""
        if word not in self._terms:
            self._weigh([word])
        return self._terms[word]

    def terms(self, words: Sequence[str]) -> list[Term]:
        """The different content words among the forms of a claim."""
        stems = dict.fromkeys(self.stem(w) for w in words if self.is_content(w))
        self._weigh([word for word in stems if word not in self._terms])
        return [self._terms[word] for word in stems]

    def _weigh(self, words: Sequence[str]) -> None:
        kins = [self._kin(word) for word in words]
        rows = [self.postings[kin[0][0]] if kin else _NOWHERE for kin in kins]
        for word, kin, rarity in zip(words, kins, self.rarities(rows), strict=True):
            self._terms[word] = Term(word, rarity, kin)

    @cached_property
    def _stems(self) -> list[str]:
        return sorted(self.postings)

    def _kin(self, word: str) -> tuple[tuple[str, float], ...]:
        exact = ((word, 1.0),) if word in self.postings else ()
        if word.startswith("#") or len(word) < _PREFIX:
            return exact
        near = []
        place = bisect_left(self._stems, word[:_PREFIX])
        while place < len(self._stems) and self._stems[place].startswith(word[:_PREFIX]):
            other = self._stems[place]
            if other != word and _shared_prefix(word, other) >= _SHARED * max(len(word), len(other)):
                near.append((other, _KIN))
            place += 1
        return exact + tuple(near)

    def layers(self, term: Term) -> list[tuple[Places, float]]:
        """Where a term is said, as places whose likenesses add up: all that stands for it, then the word itself."""
        if term.stem not in self._layers:
            layers, above = [], 0.0
            for likeness in sorted({k[1] for k in term.kin}):
                places = [self.postings[kin] for kin, like in term.kin if like >= likeness]
                layers.append((places[0] if len(places) == 1 else np.sort(np.concatenate(places)), likeness - above))
                above = likeness
            self._layers[term.stem] = layers
        return self._layers[term.stem]

    def hits(self, terms: Sequence[Term], spans: Sequence[tuple[int, int]]) -> list[float]:
        """How well each term is present in some half-open ranges of words, 0 to 1."""
        return [max((self._hit(term, *span) for span in spans), default=0.0) for term in terms]

    def _hit(self, term: Term, first: int, last: int) -> float:
        for kin, likeness in term.kin:
            places = self.postings[kin]
            at = int(places.searchsorted(first))
            if at < len(places) and places[at] < last:
                return likeness
        return 0.0


def _grouped(numbers: NDArray[np.int64], count: int) -> list[Places]:
    """The places at which each number from 0 to `count` (exclusive) stands in a row."""
    order = np.argsort(numbers, kind="stable")
    edges = [0, *np.cumsum(np.bincount(numbers, minlength=count)).tolist()]
    return [order[first:last] for first, last in pairwise(edges)]


def _shared_prefix(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
