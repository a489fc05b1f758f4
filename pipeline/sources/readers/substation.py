r"""SubStation Alpha (ASS, SSA): `Dialogue: 0,0:00:01.00,0:00:02.00,Default,Name,0,0,0,,Text`.

pysubs2 reads it too, but gives up a whole file at the first broken time and does not heed the order that the file's own
`Format:` line states. Drawings (`{\p1}`) and comments are no speech.
"""

import re
from collections import Counter

from pipeline.sources.readers.clock import read_stamp
from pipeline.sources.readers.reading import Broken, Facts, Reading, repairs_of
from pipeline.values.transcript import Cue

_SECTION = re.compile(r"\[(?:Script Info|V4\+? Styles|Events)\]", re.IGNORECASE)
_DIALOGUE = re.compile(r"^Dialogue:[ \t]*", re.MULTILINE)
_FIELDS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_OVERRIDE = re.compile(r"\{[^{}\n]{0,2000}\}")
_OPEN, _CLOSE = "\ue000", "\ue001"
_DRAWING = re.compile(r"\{[^{}\n]{0,2000}\\p[1-9][^{}\n]{0,2000}\}")


def looks_like_substation(head: str) -> bool:
    """Whether a text has a section of SubStation Alpha, or begins with its dialogue."""
    return bool(_SECTION.match(head) or _DIALOGUE.match(head))


def read_substation(text: str) -> Reading:
    """The cues of the dialogue, in file order."""
    fields: tuple[str, ...] = _FIELDS
    cues: list[Cue] = []
    counts: Counter[str] = Counter()
    in_events = not _SECTION.match(text)
    title = None
    clock = 0
    for line in text.split("\n"):
        kind, _, rest = line.partition(":")
        kind = kind.strip().lower()
        in_events = "events" in kind if kind.startswith("[") else in_events
        if kind == "title":
            title = rest.strip() or None
        elif in_events and kind == "format":
            fields = tuple(name.strip().lower() for name in rest.split(",")) or _FIELDS
        elif kind == "dialogue":
            values = dict(zip(fields, rest.strip().split(",", len(fields) - 1), strict=False))
            start = read_stamp(values.get("start", ""))
            words = _plain(values.get("text", ""))
            if not words:
                counts["cue without words left out"] += 1
                continue
            counts["missing time taken from the cue before"] += start is None
            clock = clock if start is None else start
            name = values.get("name", values.get("actor", "")).strip() or None
            cues.append(Cue(start_ms=clock, end_ms=read_stamp(values.get("end", "")), text=words, speaker=name))
    if not cues:
        raise Broken("it is SubStation Alpha without a single line of dialogue")
    return Reading(cues=tuple(cues), facts=Facts(title=title), repairs=repairs_of(counts), shape="ASS", tracks=True)


def _plain(text: str) -> str:
    r"""The words: `\N` and `\n` are line ends, `\h` is a space, overrides and drawings nothing."""
    if _DRAWING.search(text):
        return ""
    words = _OVERRIDE.sub("", text.replace(r"\{", _OPEN).replace(r"\}", _CLOSE))
    words = words.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", " ")
    return words.replace(_OPEN, "{").replace(_CLOSE, "}").strip()
