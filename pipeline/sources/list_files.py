"""List files: one entry a line with comments, or a CSV file whose first line names its columns."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import SettingsError
from pipeline.sources.readers.decoding import decode

_COLUMNS = {
    "entry": (
        "url",
        "address",
        "link",
        "video_url",
        "webpage_url",
        "id",
        "video_id",
        "videoid",
        "video",
        "path",
        "file",
    ),
    "title": ("title", "name", "video_title"),
    "channel": ("channel", "channel_name", "author", "uploader", "podcast"),
}
_DELIMITERS = ",;\t"


class Entry(NamedTuple):
    """One thing that a list names, and where: `list.txt:3`."""

    text: str
    where: str = ""
    title: str | None = None
    channel: str | None = None
    fault: str | None = None
    """Why the line cannot be read; then `text` is the line itself."""


def entries_in(list_file: Path) -> tuple[Entry, ...]:
    """The entries of a list, in its order.

    Raises:
        SettingsError: the file cannot be read.
    """
    try:
        text = decode(list_file.read_bytes()).text
    except OSError as error:
        raise SettingsError(f"{list_file}: cannot be read: {error.strerror}", remedy="Name a text file.") from error
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), len(lines))
    for delimiter in _DELIMITERS:
        names = _names(next(csv.reader(lines[first : first + 1], delimiter=delimiter), []))
        if len(names) > 1 and any(name in _COLUMNS["entry"] for name in names):
            return tuple(_of_table(lines, first, names, list_file, delimiter))
    return tuple(_of_lines(lines, list_file))


def _of_lines(lines: Sequence[str], list_file: Path) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        # " #" and not "#": an address may hold a fragment
        entry = line.split(" #", 1)[0].strip()
        if entry and not entry.startswith("#"):
            yield Entry(entry, f"{list_file}:{number}")


def _names(header: Sequence[str]) -> list[str]:
    return [cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in header]


def _of_table(lines: Sequence[str], first: int, names: list[str], list_file: Path, delimiter: str) -> Iterator[Entry]:
    places = {kind: [names.index(n) for n in known if n in names] for kind, known in _COLUMNS.items()}
    rest = list(lines[first + 1 :])
    reader = csv.reader([line + "\n" for line in rest], delimiter=delimiter)
    number = first + 2
    for row in reader:
        where = f"{list_file}:{number}"
        number = first + 2 + reader.line_num
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#"):
            continue
        found = {kind: next((cells[i] for i in at if i < len(cells) and cells[i]), None) for kind, at in places.items()}
        fault = None if found["entry"] else f"no {' or '.join(names[i] for i in places['entry'])} in this line"
        yield Entry(found["entry"] or delimiter.join(row).strip(), where, found["title"], found["channel"], fault)
