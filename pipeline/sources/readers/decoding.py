"""Bytes to text: byte order marks, UTF-8 with a few broken bytes, UTF-16 without a mark, older code pages."""

import codecs
import re
from typing import NamedTuple

_MARKS = (  # the longer mark first: that of UTF-32 LE begins with that of UTF-16 LE
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_BROKEN_SHARE = 0.02
_NEW_LINE = re.compile(r"\r*\n|\r+")


class Decoded(NamedTuple):
    """The text with plain line ends, and how many bytes could not be read."""

    text: str
    broken: int


def decode(data: bytes) -> Decoded:
    """The text of a file of unknown encoding. Never raises: a byte that cannot be read becomes U+FFFD."""
    text, broken = _decode(data)
    return Decoded(_NEW_LINE.sub("\n", text), broken)


def _decode(data: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    if wide := _wide_encoding(data[:_SAMPLE]):
        return _replacing(data, wide)
    try:
        return data.decode("utf-8"), 0
    except UnicodeDecodeError:
        text, broken = _replacing(data, "utf-8")
    letters = len(text) - len(text.encode("ascii", "ignore"))
    if broken <= max(1, _BROKEN_SHARE * letters) < letters:
        return text, broken  # UTF-8 that was cut or damaged
    return _replacing(data, _code_page(data))


def _replacing(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, errors="replace")
    return text, text.count("\ufffd")


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 that lost its mark: in text with digits and line ends every other byte of many is zero."""
    pairs = len(sample) // 2
    low, high = sample[0 : pairs * 2 : 2].count(0), sample[1 : pairs * 2 : 2].count(0)
    if max(low, high) < 0.2 * pairs or not pairs:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _code_page(data: bytes) -> str:
    """cp1252 when the text is mostly ASCII, as western European text is; else what charset-normalizer finds."""
    sample = data[:_SAMPLE]
    letters = sum(1 for b in sample if b > 0x7F)
    ascii_letters = sum(1 for b in sample if 65 <= (b & 0xDF) <= 90)
    if letters < 0.25 * (letters + ascii_letters):
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 - rarely needed, slow to import

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"
