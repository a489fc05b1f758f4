"""The body of a caption track as YouTube sends it, or what it sends instead."""

from pipeline.errors import BlockedError, TransientError
from pipeline.sources.causes import BY_FILE, SLOWER, BadAnswer
from pipeline.sources.readers.decoding import decode
from pipeline.sources.readers.reading import Broken
from pipeline.sources.readers.shapes import read_shape
from pipeline.values.transcript import Cue


def cues_in(body: bytes, video: str) -> tuple[Cue, ...]:
    """The cues in the captions of a video.

    Raises:
        TransientError: there is nothing in it, as in the waves of empty answers that pass.
        BlockedError: a captcha stands in it.
        BadAnswer: it is something else.
    """
    text = decode(body).text
    if not text.strip():
        raise TransientError(f"YouTube sent empty captions for {video}", remedy=f"Try again later. {BY_FILE}")
    if 'class="g-recaptcha"' in text:
        raise BlockedError("YouTube refuses this network: it asks for a captcha", remedy=f"{SLOWER} {BY_FILE}")
    try:
        reading = read_shape(text)
    except Broken as error:
        raise BadAnswer(f"The captions of {video} cannot be read: {error.what}", remedy=BY_FILE) from error
    if reading is None:
        raise BadAnswer(f"YouTube sent something else than captions for {video}", remedy=BY_FILE)
    return reading.cues
