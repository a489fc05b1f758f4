"""Keys: sent to one server, and shown to nobody, not even where a server says them back."""

import regex

_SHORTEST = 8  # "ollama" and the like are no secrets, and are words that a model may say
_HIDDEN = r"(?:[\p{Cc}\p{Cf}]|\\u[0-9a-fA-F]{4})*?"  # between two characters, taken out of texts later on
_MASK = "***"


class Key:
    """An API key that no message, representation or reply contains. Empty for servers that need none."""

    def __init__(self, text: str | None) -> None:
        self._text = text or ""
        self._said = regex.compile(_HIDDEN.join(map(_spelt, self._text))) if len(self._text) >= _SHORTEST else None

    def __repr__(self) -> str:
        return "Key(***)" if self._text else "Key()"

    def __bool__(self) -> bool:
        return bool(self._text)

    def reveal(self) -> str:
        """The key itself, for the request that carries it."""
        return self._text

    def out_of(self, text: str) -> str:
        """The text without the key, also where it is spelt with JSON escapes or invisible characters."""
        return self._said.sub(_MASK, text) if self._said else text


def _spelt(character: str) -> str:
    return rf"(?:{regex.escape(character)}|\\u(?i:{ord(character):04x}))"
