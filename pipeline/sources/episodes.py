"""Episodes of a podcast: the words from the transcript that its feed links to."""

from collections.abc import Callable
from itertools import islice

from pipeline.errors import SourceError
from pipeline.language.guessing import guess_language
from pipeline.sources.causes import HEAR, EmptyFile, NoCaptions, NoSpeech
from pipeline.sources.cleaning import clean_line
from pipeline.sources.files import read_text
from pipeline.sources.ordering import Ordered, put_in_order
from pipeline.sources.readers.decoding import decode
from pipeline.sources.readers.facts import language_tag
from pipeline.sources.readers.reading import Reading
from pipeline.sources.wanted import Episode, Known, Wanted
from pipeline.values.transcript import Transcript, Video

Load = Callable[[str], bytes]
"""The body behind an address; raises our errors."""


def fetch_episode(episode: Episode, known: Known, load: Load) -> Transcript:
    """The transcript of an episode, from the first of its addresses that holds one.

    Raises:
        SourceError: the feed names no transcript, or none of them can be read; that of the best one.
        TransientError, BlockedError: a server cannot be asked for now.
    """
    first: SourceError | None = None
    for address in episode.transcripts:
        try:
            reading, ordered = _read(address, load(address))
        except SourceError as error:
            first = first or error
        else:
            return _transcript(episode, known, reading, ordered)
    raise first or NoCaptions(f"{known.title or episode.id}: the feed names no transcript", remedy=HEAR)


def video_of_episode(episode: Episode, known: Known, ordered: Ordered | None = None) -> Video:
    """What a feed says of an episode."""
    segments = ordered.segments if ordered else ()
    return Video(
        id=episode.id,
        title=clean_line(known.title or "") or episode.id,
        channel=clean_line(known.channel or ""),
        url=episode.page,
        published=known.published,
        duration_ms=known.duration_ms,
        speakers=tuple(dict.fromkeys(s.speaker for s in segments if s.speaker)),
    )


def episode_key(wanted: Wanted) -> str:
    """What the transcript of an episode is remembered under: a feed that names others makes it anew."""
    episode = wanted.episode or Episode(id="")
    return f"episode {episode.id} {' '.join(episode.transcripts)}".strip()


def _read(address: str, body: bytes) -> tuple[Reading, Ordered]:
    text = decode(body).text
    if not text.strip():
        raise EmptyFile(f"{address}: there is nothing in it", remedy="Tell the makers of the podcast.")
    reading = read_text(text, address)
    ordered = put_in_order(reading.cues, reading.repairs)
    if not ordered.segments:
        raise NoSpeech(f"{address}: nobody speaks in it", remedy="Leave this episode out.")
    return reading, ordered


def _transcript(episode: Episode, known: Known, reading: Reading, ordered: Ordered) -> Transcript:
    sample = " ".join(segment.text for segment in islice(ordered.segments, 400))
    return Transcript(
        video=video_of_episode(episode, known, ordered),
        language=language_tag(reading.facts.language or known.language) or guess_language(sample),
        trust=reading.facts.trust or "unknown",
        segments=ordered.segments,
        repairs=ordered.repairs,
    )
