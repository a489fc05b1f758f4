"""Words by which English turns a sentence round without changing who does what."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COORDINATES = _words("and or nor as")
"""They stand between equals."""
PASSIVE = _words("by")
TURNS = _words("because since if when before after than while although though")
"""They join clauses, or the sides of a comparison, that may stand in either order."""
COMPARES = _words("than over versus")
"""They stand between two things of which the first is said to be, or to be liked, more."""
PAIRED_COMPARES = frozenset(
    {("rather", "than"), ("instead", "of"), ("opposed", "to"), ("ahead", "of"), ("prior", "to")}
)
PREFERS = _words(
    """
    prefer prefers preferred preferring favor favors favored favour favours favoured recommend recommends recommended
    choose chooses chose chosen pick picks picked like likes liked advise advises advised value values valued put puts
    prioritize prioritizes prioritized privilege win wins won beat beats
    """
)
"""Only after one of them does "over" compare."""
