"""Tags of languages (BCP 47)."""

from functools import cache


@cache
def primary_subtag(language: str) -> str:
    """The language of a BCP 47 tag without script and region: `zh` of `zh-Hans-CN`."""
    return language.replace("_", "-").split("-", 1)[0].casefold()
