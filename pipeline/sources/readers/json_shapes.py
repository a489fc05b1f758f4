"""JSON of any of the known shapes."""

import re
from collections.abc import Callable
from typing import Any

from pipeline.sources.readers.json3 import read_json3
from pipeline.sources.readers.json_items import read_items
from pipeline.sources.readers.json_text import load_json
from pipeline.sources.readers.python_text import looks_like_python
from pipeline.sources.readers.reading import Broken, Reading, repairs_of
from pipeline.sources.readers.timed_words import read_timed_words

_BEGINNING = re.compile(r"\{(?! ?[0-9])|\[\s*[\[{\]]")


def looks_like_json(head: str) -> bool:
    """Whether a text begins as a JSON object or a list of objects or lists, or as Python prints them."""
    return bool(_BEGINNING.match(head)) or looks_like_python(head)


def read_json(text: str) -> Reading:
    """The cues of a JSON file of any of the known shapes."""
    loaded = load_json(text)
    found = next((reading for read in JSON_READERS if (reading := read(loaded.value)) is not None), None)
    if found is None:
        if _is_description(loaded.value):
            remedy = "Give the captions that lie beside it: it is read along with them."
            raise Broken("it is yt-dlp's description of a video, not a transcript", remedy=remedy)
        raise Broken("it is JSON without timed text, not a transcript")
    saved = repairs_of({"end of the file cut off": loaded.cut_off, "broken item left out": loaded.broken})
    return found.model_copy(update={"repairs": (*saved, *found.repairs)})


def _is_description(value: Any) -> bool:
    return isinstance(value, dict) and "extractor" in value and "webpage_url" in value


def _items_of_transcript(value: Any) -> Reading | None:
    """Timed items; the comments inside a description of a video are timed texts too, but nobody says them."""
    return None if _is_description(value) else read_items(value)


JSON_READERS: tuple[Callable[[Any], Reading | None], ...] = (read_json3, read_timed_words, _items_of_transcript)
