"""Words by which English says that one thing made another happen."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REASONS = _words("because")
"""What follows them, up to the end of its clause, is the reason."""
PAIRED_REASONS = frozenset({("due", "to"), ("owing", "to"), ("thanks", "to"), ("in", "order"), ("so", "that")})
CAUSING = _words(
    """
    because so since therefore thus hence cause causes caused causing reason reasons led leads leading lead made make
    makes making due thanks why result results resulted resulting consequence consequently if when as for to by from
    allows allowed lets let means meant
    """
)
"""They may tell a cause."""
