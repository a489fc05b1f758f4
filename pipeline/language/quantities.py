"""English words that tell of how many, or how often, something is said."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALL = _words("all every everyone everybody always invariably entire entirely wholly whole completely fully")
"""They speak of each and of all."""
NONE = _words("nobody noone none never")
PART = _words(
    """
    some many most several few half fraction majority minority percent sometimes often usually generally typically
    occasionally frequently mostly normally rarely partly almost nearly exceptions exception portion handful certain
    largely
    """
)
"""They speak of less than all, and of more than none."""
SPECULATING = _words("wonder wondering maybe perhaps possibly might")
"""By them a speaker says that it may not be so."""
