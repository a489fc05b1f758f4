"""Numbers in digits, as each language writes them: 1,234.5 and 1.234,5 and 1 234,5 and 1,23,456 and 1'234."""

import re
from collections.abc import Sequence

_GROUPED = {
    ",": re.compile(r"(?a:\d{1,3}(,\d{3})+(\.\d+)?|\d{1,2}(,\d{2})+,\d{3}(\.\d+)?)"),  # thousands, lakhs
    ".": re.compile(r"(?a:\d{1,3}(\.\d{3})+(,\d+)?)"),
}
_APOSTROPHES = re.compile(r"(?a:\d{1,3}('\d{3})+([.,]\d+)?)")
_HEAD = re.compile(r"(?a:\d{1,3})")
_GROUP = re.compile(r"(?a:\d{3})")
_TAIL = re.compile(r"(?a:\d{3}(?:[.,]\d+)?%?)")


def digits_value(digits: str, decimal: str) -> float | None:
    """The value of normalised digits with marks between them; None for a version or a date ("1.2.3").

    Args:
        digits: begins and ends with a digit.
        decimal: the mark before decimals in the language, "." or ",".
    """
    digits = digits.replace("٫", ".") if "٫" in digits else digits
    if "٬" in digits:
        digits, decimal = digits.replace("٬", ""), "."
    grouping = "," if decimal == "." else "."
    if _APOSTROPHES.fullmatch(digits):
        digits = digits.replace("'", "")
    if _GROUPED[grouping].fullmatch(digits):
        digits = digits.replace(grouping, "")
    elif _GROUPED[decimal].fullmatch(digits) and digits.count(decimal) > 1:
        digits = digits.replace(decimal, "")
    elif digits.count(grouping) == 1 and decimal not in digits:
        decimal = grouping  # "37,17" in English groups nothing: a decimal as other languages write it, or a slip
    try:
        return float(digits.replace(decimal, "."))
    except ValueError:
        return None


def spaced_end(words: Sequence[str], apart: Sequence[bool], first: int) -> int:
    """One past the last group of a number with spaces between its thousands ("1 234,5"); `first + 1` without any."""
    place = first + 1
    if not _HEAD.fullmatch(words[first]):
        return place
    while place < len(words) and not apart[place] and _GROUP.fullmatch(words[place]):
        place += 1
    if place < len(words) and not apart[place] and _TAIL.fullmatch(words[place]):
        place += 1
    return place
