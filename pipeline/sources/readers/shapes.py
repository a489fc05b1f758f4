"""Which reader reads a file: tables, from what its first characters look like. Its ending is not asked."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pipeline.sources.readers.blocks import has_timing_line
from pipeline.sources.readers.caption_xml import looks_like_caption_xml, read_caption_xml
from pipeline.sources.readers.front_matter import part_front_matter
from pipeline.sources.readers.json3 import read_json3
from pipeline.sources.readers.json_items import read_items
from pipeline.sources.readers.json_text import load_json
from pipeline.sources.readers.marked_text import looks_like_marked_text, read_marked_text
from pipeline.sources.readers.reading import Broken, Reading
from pipeline.sources.readers.tab_separated import looks_like_tab_separated, read_tab_separated
from pipeline.sources.readers.timed_words import read_timed_words
from pipeline.sources.readers.webvtt import looks_like_sbv, looks_like_webvtt, read_sbv, read_srt, read_webvtt
from pipeline.values.transcript import Repair

_HEAD = 64 * 1024
_TEXT_KEY = re.compile(r'"(?:text|utf8|content|word|snippet|caption|sentence)"\s*:')
_TIME_KEY = re.compile(r'"(?:start|offset|begin|from|tStartMs|timestamp|time|t)[^"\n]{0,10}"\s*:')
_TIMED_WORD = re.compile(r'\[\s*\[\s*"[^"\n]{0,200}"\s*,\s*[0-9.]+')


class Shape(NamedTuple):
    """A kind of file: its name, how its head (at most 64 K characters) is known, and its reader."""

    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str], Reading]


def looks_like_json(head: str) -> bool:
    """Whether a text begins as a JSON object or a JSON list of objects or lists."""
    return bool(re.match(r"\{|\[\s*[\[{\]]", head))


def read_json(text: str) -> Reading:
    """The cues of a JSON file of any of the known shapes."""
    value, cut_off = load_json(text)
    found = next((reading for read in JSON_READERS if (reading := read(value)) is not None), None)
    if found is None:
        if _is_description(value):
            remedy = "Give the captions that lie beside it: it is read along with them."
            raise Broken("it is yt-dlp's description of a video, not a transcript", remedy=remedy)
        raise Broken("it is JSON without timed text, not a transcript")
    saved = (Repair(kind="end of the file cut off", count=1),) if cut_off else ()
    return found.model_copy(update={"repairs": (*saved, *found.repairs)})


def _is_description(value: Any) -> bool:
    return isinstance(value, dict) and "extractor" in value and "webpage_url" in value


def _items_of_transcript(value: Any) -> Reading | None:
    """Timed items; the comments inside a description of a video are timed texts too, but nobody says them."""
    return None if _is_description(value) else read_items(value)


JSON_READERS: tuple[Callable[[Any], Reading | None], ...] = (read_json3, read_timed_words, _items_of_transcript)

SHAPES = (
    Shape("WebVTT", looks_like_webvtt, read_webvtt),
    Shape("JSON (youtube-transcript-api, json3, Whisper)", looks_like_json, read_json),
    Shape("YouTube XML and TTML", looks_like_caption_xml, read_caption_xml),
    Shape("SRT", has_timing_line, read_srt),
    Shape("Whisper TSV", looks_like_tab_separated, read_tab_separated),
    Shape("SBV", looks_like_sbv, read_sbv),
    Shape("text with [mm:ss] marks", looks_like_marked_text, read_marked_text),
)

KNOWN_SHAPES = ", ".join(shape.name for shape in SHAPES)


def shape_of(text: str) -> Shape | None:
    """The first shape that the beginning of a text looks like."""
    head = text[:_HEAD].lstrip()
    return next((shape for shape in SHAPES if shape.looks_like(head)), None)


def read_shape(text: str) -> Reading | None:
    """The cues of a text of any known shape, below its front matter if it has one; None if no shape fits.

    Raises:
        Broken: the shape is known, but the text holds no cue.
    """
    stated, body = part_front_matter(text) if text.lstrip().startswith("---") else (None, text)
    shape = shape_of(body)
    if shape is None:
        return None
    reading = shape.read(body.lstrip())
    return reading.model_copy(update={"facts": stated.over(reading.facts)}) if stated else reading


def is_transcript(head: str) -> bool:
    """Whether the beginning of a file is that of a transcript; JSON is looked into, as much else is JSON too."""
    body = part_front_matter(head).body
    shape = shape_of(body)
    if shape is None:
        return False
    if shape.read is read_marked_text:
        try:
            return bool(read_marked_text(body).cues)
        except Broken:
            return False
    if shape.read is not read_json:
        return True
    return bool(_TIMED_WORD.search(head) or (_TEXT_KEY.search(head) and _TIME_KEY.search(head)))
