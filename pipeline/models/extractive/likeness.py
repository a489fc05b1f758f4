"""Sparse TF-IDF vectors of short texts, and how like each other they are."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

Vector = Mapping[str, float]


def weights(bags: Sequence[Iterable[str]]) -> dict[str, float]:
    """Inverse document frequency of each term over these texts."""
    spread = Counter(t for bag in bags for t in set(bag))
    return {t: math.log(1 + len(bags) / n) for t, n in spread.items()}


def vector(terms: Iterable[str], weight: Mapping[str, float]) -> Vector:
    """The weighted counts (sublinear) at unit length; empty for a text without terms."""
    counts = Counter(terms)
    raw = {t: (1 + math.log(n)) * weight.get(t, 0.0) for t, n in counts.items()}
    return unit(raw)


def unit(raw: Mapping[str, float]) -> Vector:
    """The vector at unit length."""
    norm = math.sqrt(sum(x * x for x in raw.values()))
    return {t: x / norm for t, x in raw.items()} if norm else {}


def cosine(a: Vector, b: Vector) -> float:
    """Likeness of two unit vectors, 0 to 1."""
    if len(a) > len(b):
        a, b = b, a
    return sum(x * b.get(t, 0.0) for t, x in a.items())


def centre(vectors: Iterable[Vector]) -> Vector:
    """The direction of the sum."""
    total: Counter[str] = Counter()
    for v in vectors:
        for term, x in v.items():
            total[term] += x  # type: ignore[assignment] # a Counter of floats works as one of ints
    return unit(total)
