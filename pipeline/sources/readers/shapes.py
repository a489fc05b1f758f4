"""Which reader reads a file: a table, from what its first characters look like. Its ending is not asked."""

import re
from collections.abc import Callable
from typing import NamedTuple

from pipeline.sources.readers.blocks import has_timing_line
from pipeline.sources.readers.caption_xml import looks_like_caption_xml, read_caption_xml
from pipeline.sources.readers.frame_lines import looks_like_frame_lines, read_frame_lines
from pipeline.sources.readers.front_matter import part_front_matter
from pipeline.sources.readers.json_shapes import looks_like_json, read_json
from pipeline.sources.readers.lrc import looks_like_lrc, read_lrc
from pipeline.sources.readers.marked_text import looks_like_marked_text, read_marked_text
from pipeline.sources.readers.reading import Broken, Reading
from pipeline.sources.readers.sami import looks_like_sami, read_sami
from pipeline.sources.readers.substation import looks_like_substation, read_substation
from pipeline.sources.readers.tables import looks_like_table, read_table
from pipeline.sources.readers.webvtt import looks_like_sbv, looks_like_webvtt, read_sbv, read_srt, read_webvtt

_HEAD = 64 * 1024
_BLANK = " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\ufeff\u2028\u2029"
_TEXT_KEY = re.compile(
    r"""["'](?:text|utf8|content|word|snippet|caption|sentence|body|transcript|value|display|lines|alignedWord)["']\s*:"""
    r"|Snippet\("
)
_TIME_KEY = re.compile(
    r"""["'](?:start|offset|begin|from|tStartMs|timestamp|time|t|ts|Offset)[^"'\n]{0,16}["']\s*:|start\s?="""
)
_TIMED_WORD = re.compile(r'\[\s*\[\s*"[^"\n]{0,200}"\s*,\s*[0-9.]+')


class Shape(NamedTuple):
    """A kind of file: its name, how its head (at most 64 K characters) is known, and its reader."""

    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str], Reading]


SHAPES = (
    Shape("WebVTT", looks_like_webvtt, read_webvtt),
    Shape("JSON (youtube-transcript-api, json3, Whisper)", looks_like_json, read_json),
    Shape("YouTube XML and TTML", looks_like_caption_xml, read_caption_xml),
    Shape("SubStation Alpha (ASS, SSA)", looks_like_substation, read_substation),
    Shape("SAMI", looks_like_sami, read_sami),
    Shape("MicroDVD and MPL2", looks_like_frame_lines, read_frame_lines),
    Shape("table (Whisper TSV, CSV)", looks_like_table, read_table),
    Shape("SRT", has_timing_line, read_srt),
    Shape("SBV", looks_like_sbv, read_sbv),
    Shape("LRC", looks_like_lrc, read_lrc),
    Shape("text with [mm:ss] marks", looks_like_marked_text, read_marked_text),
)

KNOWN_SHAPES = ", ".join(shape.name for shape in SHAPES)


def shape_of(text: str) -> Shape | None:
    """The first shape that the beginning of a text looks like."""
    head = text[:_HEAD].lstrip(_BLANK)
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
    reading = shape.read(body.lstrip(_BLANK))
    named = reading if reading.shape else reading.model_copy(update={"shape": shape.name})
    return named.model_copy(update={"facts": stated.over(named.facts)}) if stated else named


def is_transcript(head: str) -> bool:
    """Whether the beginning of a file is that of a transcript; JSON is looked into, as much else is JSON too."""
    body = part_front_matter(head).body
    shape = shape_of(body)
    if shape is None:
        return False
    if shape.read in (read_marked_text, read_table):
        try:
            return bool(shape.read(body).cues)
        except Broken:
            return False
    if shape.read is not read_json:
        return True
    return bool(_TIMED_WORD.search(head) or (_TEXT_KEY.search(head) and _TIME_KEY.search(head)))
