"""Captions in XML: YouTube's srv1, srv2 and srv3, and TTML. Read as a stream, so that a cut file gives what it has.

pysubs2 reads TTML too, but with a parser that expands entities; this file is hostile, so defusedxml alone parses.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.readers.reading import Broken, Facts, Reading
from pipeline.values.transcript import Cue, Repair

_ROOT = re.compile(r"<(?:[a-z]{1,10}:)?(?:transcript|timedtext|tt)[\s>/]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:1?[0-8bcefBCEF]|19|1[aAdD]));"
)
_CLOCK = re.compile(r"([0-9]+):([0-9]{1,2}):([0-9]{1,2})(?::([0-9]+)|(\.[0-9]+)?)")
_OFFSET = re.compile(r"([0-9]+(?:\.[0-9]+)?)(h|m|s|ms|f|t)")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def looks_like_caption_xml(head: str) -> bool:
    """Whether there is a root element of YouTube's or TTML's."""
    return head.startswith("<") and bool(_ROOT.search(head))


def read_caption_xml(text: str) -> Reading:
    """The cues of srv1, srv2, srv3 or TTML."""
    source = BytesIO(_FORBIDDEN.sub("", _DECLARATION.sub("", text, count=1)).encode())
    root: Element | None = None
    cues: list[Cue] = []
    cut_off = False
    try:
        for event, element in iterparse(source, events=("start", "end")):
            if event == "start":
                root = element if root is None else root
            elif root is not None and _name(element) in ("p", "text"):
                cues += (cue for cue in _cues(element, root) if cue.text.strip())
                element.clear()
    except DefusedXmlException as error:
        raise Broken(f"its XML defines entities, which captions never do ({type(error).__name__})") from error
    except ParseError as error:
        if not cues:
            raise Broken(f"its XML is broken ({error.msg})", error.position[0]) from error
        cut_off = True
    if root is None or not cues:
        raise Broken("it is caption XML without a single cue")
    language = language_tag(root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    repairs = (Repair(kind="end of the file cut off", count=1),) if cut_off else ()
    return Reading(cues=tuple(cues), facts=Facts(language=language), repairs=repairs)


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _cues(element: Element, root: Element) -> Iterator[Cue]:
    """The cue of a `p` or `text`; those of its spans when only they carry times."""
    kind = _name(root)
    if kind == "tt":
        yield from _ttml_cues(element, root)
        return
    in_ms = kind == "timedtext"
    start = read_number(element.get("t" if in_ms else "start"), 1 if in_ms else 1000)
    shown = read_number(element.get("d" if in_ms else "dur"), 1 if in_ms else 1000)
    if start is not None:
        yield Cue(start_ms=start, end_ms=None if shown is None else start + shown, text=_words(element))


def _ttml_cues(element: Element, root: Element) -> Iterator[Cue]:
    timed = [element] if element.get("begin") else [e for e in element.iter() if e.get("begin")]
    for part in timed:
        start = _ttml_time(part.get("begin"), root)
        end = _ttml_time(part.get("end"), root)
        shown = _ttml_time(part.get("dur"), root)
        if start is not None:
            yield Cue(start_ms=start, end_ms=start + shown if end is None and shown else end, text=_words(part))


def _words(element: Element) -> str:
    """All text of an element, `br` as a line end."""
    parts: list[str] = [element.text or ""]
    for child in element:
        parts += ["\n" if _name(child) == "br" else _words(child), child.tail or ""]
    return "".join(parts)


def _ttml_time(value: str | None, root: Element) -> int | None:
    """Milliseconds of a TTML time: a clock, with frames perhaps, or a number with a unit."""
    if not value:
        return None
    frames = _parameter(root, "frameRate", 30.0)
    if clock := _CLOCK.fullmatch(value.strip()):
        seconds = (int(clock[1]) * 60 + int(clock[2])) * 60 + int(clock[3]) + float(clock[5] or 0)
        return read_number(seconds + (int(clock[4]) / frames if clock[4] else 0), 1000)
    if offset := _OFFSET.fullmatch(value.strip()):
        units = _UNIT_S | {"f": 1 / frames, "t": 1 / _parameter(root, "tickRate", 1.0)}
        return read_number(float(offset[1]) * units[offset[2]], 1000)
    return None


def _parameter(root: Element, name: str, default: float) -> float:
    """A rate that the root states in whatever namespace of TTML parameters it uses."""
    found: Any = next((v for k, v in root.attrib.items() if k.rsplit("}", 1)[-1] == name), None)
    rate = read_number(found, 1) if found else None
    return float(rate) if rate and rate > 0 else default
