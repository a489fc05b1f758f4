"""Captions in XML: YouTube's srv1, srv2 and srv3, and TTML. Read as a stream, so that a cut file gives what it has.

pysubs2 reads TTML too, but with a parser that expands entities; this file is hostile, so defusedxml alone parses. What
is no well-formed XML is read loosely, from opening tag to opening tag.
"""

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipeline.sources.readers.clock import read_number
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.readers.loose_xml import loose_elements
from pipeline.sources.readers.reading import Broken, Facts, Reading, repairs_of
from pipeline.sources.readers.ttml_time import TtmlClock
from pipeline.values.transcript import Cue

_ROOT = re.compile(r"<(?:[a-z]{1,10}:)?(?:transcript|timedtext|tt)[\s>/]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:1?[0-8bcefBCEF]|19|1[aAdD]));"
)
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
"""An ampersand that begins no entity of XML: one of HTML, which is decoded later, or none at all."""
_CUT = (3, 5)
"""The codes of expat for a text that ends too early."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def looks_like_caption_xml(head: str) -> bool:
    """Whether there is a root element of YouTube's or TTML's."""
    return head.startswith("<") and bool(_ROOT.search(head))


def read_caption_xml(text: str) -> Reading:
    """The cues of srv1, srv2, srv3 or TTML."""
    text, bare = _BARE.subn("&amp;", _FORBIDDEN.sub("", _DECLARATION.sub("", text, count=1)))
    counts = Counter({"bare & in XML": bare})
    parsing = _Parsing(counts)
    try:
        parsing.parse(text)
    except DefusedXmlException as error:
        raise Broken(f"its XML defines entities, which captions never do ({type(error).__name__})") from error
    except ParseError as error:
        if error.code not in _CUT:
            parsing = _Parsing(counts)
            parsing.take(loose_elements(text))
            counts["broken XML read loosely"] = 1
        if not parsing.cues:
            raise Broken(f"its XML is broken ({error.msg})", error.position[0]) from error
        counts["end of the file cut off"] = error.code in _CUT
    if parsing.root is None or not parsing.cues:
        raise Broken("it is caption XML without a single cue")
    language = language_tag(parsing.root.get(_LANGUAGE) or parsing.root.get("lang"))
    shape = _shape(parsing)
    return Reading(
        cues=tuple(parsing.cues),
        facts=Facts(language=language),
        repairs=repairs_of(counts),
        shape=shape,
        tracks=shape == "TTML",
    )


class _Parsing:
    """The cues of a document as its elements come."""

    def __init__(self, counts: Counter[str]) -> None:
        self.root: Element | None = None
        self.cues: list[Cue] = []
        self.kinds: set[str] = set()
        self._counts = counts
        self._clock: TtmlClock | None = None
        self._at = 0

    def parse(self, text: str) -> None:
        for event, element in iterparse(BytesIO(text.encode()), events=("start", "end")):
            self._take(event, element)

    def take(self, events: Iterator[tuple[str, Element]]) -> None:
        for event, element in events:
            self._take(event, element)

    def _take(self, event: str, element: Element) -> None:
        name = _name(element)
        if self.root is None:
            self.root = element
            self._clock = TtmlClock(element) if name == "tt" else None
        if self._clock and name in ("body", "div"):
            (self._clock.enter if event == "start" else self._clock.leave)(element)
        if event == "end" and name in ("p", "text"):
            self.kinds.add(name)
            self.cues += (cue for cue in self._cues(element) if cue.text.strip())
            element.clear()

    def _cues(self, element: Element) -> Iterator[Cue]:
        """The cue of a `p` or `text`; those of its spans when only they carry times."""
        if self._clock:
            timed = [e for e in element.iter() if e.get("begin")] if not element.get("begin") else []
            for part in timed or [element]:
                yield self._timed(*self._clock.times(part), _words(part))
            return
        in_ms = self.root is not None and _name(self.root) == "timedtext"
        start = read_number(element.get("t" if in_ms else "start"), 1 if in_ms else 1000)
        shown = read_number(element.get("d" if in_ms else "dur"), 1 if in_ms else 1000)
        yield self._timed(start, None if shown is None or start is None else start + shown, _words(element))

    def _timed(self, start: int | None, end: int | None, text: str) -> Cue:
        self._counts["missing time taken from the cue before"] += start is None and bool(text.strip())
        self._at = self._at if start is None else start
        return Cue(start_ms=self._at, end_ms=end, text=text)


def _shape(parsing: _Parsing) -> str:
    if parsing.root is None or _name(parsing.root) == "tt":
        return "TTML"
    if _name(parsing.root) == "transcript":
        return "YouTube srv1"
    return "YouTube srv3" if "p" in parsing.kinds else "YouTube srv2"


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _words(element: Element) -> str:
    """All text of an element, `br` as a line end."""
    parts: list[str] = [element.text or ""]
    for child in element:
        parts += ["\n" if _name(child) == "br" else _words(child), child.tail or ""]
    return "".join(parts)
