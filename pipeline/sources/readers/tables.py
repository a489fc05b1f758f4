"""Tables with a row for each cue: Whisper's TSV, the CSV of transcription services, labels of Audacity.

Columns are known by their headings, in whatever order; without headings `start<tab>end<tab>text` in seconds is read.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

from pipeline.sources.readers.json_fields import Item
from pipeline.sources.readers.json_items import read_list
from pipeline.sources.readers.json_lists import ItemList
from pipeline.sources.readers.reading import Broken, Facts, Reading
from pipeline.values.transcript import Trust

_DELIMITERS = ("\t", ",", ";", "|")
_NAMES = {
    "text": "text transcript caption captions subtitle content sentence words utterance phrase dialogue line speech",
    "start": "start starttime begin from time timestamp timecode timein in startsec starts startseconds offset onset",
    "start_ms": "startms starttimems startmilliseconds offsetms begintimems",
    "end": "end endtime to stop timeout out ends endsec endseconds until",
    "end_ms": "endms endtimems endmilliseconds",
    "duration": "duration dur length",
    "duration_ms": "durationms",
    "speaker": "speaker speakername name speakerlabel who",
    "span": "timespan span range",
}
_FIELD = {heading: name for name, headings in _NAMES.items() for heading in headings.split()}
_PUNCTUATION = re.compile(r"[^a-z]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,20})?")
_LABEL = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,9})?\t-?[0-9]{1,9}(?:[.,][0-9]{1,9})?\t[^\n]*")
_SPAN = re.compile(r"\s?(?:-->|→|–|—|\s-\s)\s?")

csv.field_size_limit(sys.maxsize)  # a cue may hold a whole talk; the limit of the library is a hundred thousand letters


class _Heading(NamedTuple):
    delimiter: str
    fields: tuple[str, ...]


def looks_like_table(head: str) -> bool:
    """Whether the first line names a text and a time between tabs, commas or the like, or lines are labels."""
    if _heading(head.split("\n", 1)[0]):
        return True
    lines = [line for line in head.split("\n")[:50] if line.strip()]
    return len(lines) > 0 and sum(_LABEL.fullmatch(line) is not None for line in lines) * 5 >= 4 * len(lines)


def read_table(text: str) -> Reading:
    """The cues of the rows that have a text."""
    first, _, rest = text.partition("\n")
    heading = _heading(first)
    if heading is None:
        heading, rest = _Heading("\t", ("start", "end", "text")), text
    is_whisper = heading == _Heading("\t", ("start", "end", "text")) and first.strip() == "start\tend\ttext"
    try:
        rows = [row for row in _rows(rest, heading, is_plain=is_whisper) if any(map(str.strip, row))]
    except csv.Error as error:
        raise Broken(f"its table is broken ({error})") from error
    items: list[Item] = [_item(row, heading) for row in rows]
    if is_whisper and all(isinstance(item.get("start"), int | str | None) for item in items):
        items = [{_MS.get(name, name): value for name, value in item.items()} for item in items]
    trust: Trust | None = "automatic" if is_whisper else None
    reading = read_list(ItemList(("rows",), items), Facts(trust=trust))
    return reading.model_copy(update={"shape": "Whisper TSV" if is_whisper else "table"})


_MS = {"start": "start_ms", "end": "end_ms"}


def _heading(line: str) -> _Heading | None:
    """The columns that a line of headings names."""
    for delimiter in _DELIMITERS:
        if delimiter in line:
            cells = [cell.strip().strip('"').lower() for cell in line.strip().strip("|").split(delimiter)]
            fields = tuple(_field(cell) for cell in cells)
            if "text" in fields and {"start", "start_ms", "span"} & set(fields):
                return _Heading(delimiter, fields)
    return None


def _field(cell: str) -> str:
    """The field of a heading: `Start Time (ms)` is `start_ms`; a heading that is not known stands for itself."""
    if cell.endswith(("_ms", "(ms)", "[ms]", " ms")):
        return _FIELD.get(_PUNCTUATION.sub("", cell), cell)
    cell = re.sub(r"[_ ]?[(\[]?(?:sec|seconds|s|hh:mm:ss[.a-z]*)[)\]]$", "", cell)
    return _FIELD.get(_PUNCTUATION.sub("", cell), cell)


def _rows(text: str, heading: _Heading, *, is_plain: bool) -> Iterable[list[str]]:
    """The cells of each row; Whisper quotes nothing."""
    if is_plain or heading.delimiter == "|" or '"' not in text:
        lines = (line.strip().strip("|") if heading.delimiter == "|" else line for line in text.split("\n"))
        return (line.split(heading.delimiter) for line in lines)
    return csv.reader(io.StringIO(text), delimiter=heading.delimiter, skipinitialspace=heading.delimiter != "\t")


def _item(row: list[str], heading: _Heading) -> dict[str, Any]:
    """The fields of a row; cells too many belong to the text if it comes last."""
    most = len(heading.fields)
    if len(row) > most and heading.fields[-1] == "text":
        row = [*row[: most - 1], heading.delimiter.join(row[most - 1 :])]
    item: dict[str, Any] = dict(zip(heading.fields, row, strict=False))
    if len(row) == 1:  # a line that is no row goes on with the words before
        return {"text": row[0]}
    if "span" in item:
        start, *end = _SPAN.split(str(item["span"]).strip(), maxsplit=1)
        item |= {"start": start, "end": end[0] if end else None}
    return {name: value if name in ("text", "speaker") else _number(value) for name, value in item.items()}


def _number(cell: Any) -> Any:
    """A numeral as a number; anything else, such as a clock, as it is."""
    text = str(cell).strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text.replace(",", ".")) if _DECIMAL.fullmatch(text) else text or None
