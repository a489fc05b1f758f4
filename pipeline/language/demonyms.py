"""Names of countries and of their people that share no beginning: "France" and "French"."""

_KIN = (
    "france french frenchman",
    "netherlands holland dutch dutchman",
    "america american americans united states usa",
    "britain british briton england english uk united kingdom",
    "spain spanish spaniard",
    "switzerland swiss",
    "denmark danish dane",
    "poland polish pole",
    "wales welsh",
    "ireland irish",
    "sweden swedish swede",
    "greece greek",
    "turkey turkish turk",
    "finland finnish finn",
    "philippines filipino",
    "russia russian soviet ussr",
    "peru peruvian",
    "cyprus cypriot",
)
_GROUPS: dict[str, frozenset[str]] = {word: frozenset(row.split()) for row in _KIN for word in row.split()}


def are_kin(one: str, other: str) -> bool:
    """Whether two normalised English words name one country, its people or its language."""
    return other in _GROUPS.get(one, frozenset())
