"""JSON of timed texts, tables, and plain text."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import yaml

from pipeline.sources.writing.speaking import marked
from pipeline.sources.writing.stamps import clock, seconds
from pipeline.values.transcript import Segment, Transcript

_TURN_NAME = re.compile(r"[^\n\[\](){}:*]{1,60}")


def api_json(transcript: Transcript) -> str:
    """What youtube-transcript-api gives: a list of text, start and duration in seconds."""
    items = [
        {"text": s.text, "start": s.start_ms / 1000, "duration": (s.end_ms - s.start_ms) / 1000} | _speaker(s)
        for s in transcript.segments
    ]
    return _json(items)


def whisper_json(transcript: Transcript) -> str:
    """Whisper's JSON: segments with start and end in seconds."""
    segments = [
        {"id": s.number, "start": s.start_ms / 1000, "end": s.end_ms / 1000, "text": s.text} | _speaker(s)
        for s in transcript.segments
    ]
    text = " ".join(s.text for s in transcript.segments)
    return _json({"text": text, "segments": segments, "language": transcript.language})


def podcast_json(transcript: Transcript) -> str:
    """The JSON of podcasts (`podcast:transcript`): segments with startTime, endTime and body."""
    segments = [
        _speaker(s) | {"startTime": s.start_ms / 1000, "endTime": s.end_ms / 1000, "body": s.text}
        for s in transcript.segments
    ]
    return _json({"version": "1.0.0", "segments": segments})


def own_json(transcript: Transcript) -> str:
    """All that is known: the video, language, trust, segments in milliseconds, repairs."""
    return transcript.model_dump_json(indent=1) + "\n"


def _speaker(segment: Segment) -> dict[str, str]:
    return {"speaker": segment.speaker} if segment.speaker else {}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def whisper_tsv(transcript: Transcript) -> str:
    """Whisper's TSV, in milliseconds."""
    rows = (f"{s.start_ms}\t{s.end_ms}\t{text}\n" for s, text in marked(transcript.segments))
    return "start\tend\ttext\n" + "".join(rows)


def comma_separated(transcript: Transcript) -> str:
    """CSV with headings, in seconds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["start", "end", "speaker", "text"])
    writer.writerows([seconds(s.start_ms), seconds(s.end_ms), s.speaker or "", s.text] for s in transcript.segments)
    return out.getvalue()


def text_with_marks(transcript: Transcript) -> str:
    """A line for each segment, `[hh:mm:ss.mmm] text`."""
    return "".join(f"[{clock(s.start_ms)}] {text}\n" for s, text in marked(transcript.segments))


def whisper_print(transcript: Transcript) -> str:
    """What Whisper prints: `[hh:mm:ss.mmm --> hh:mm:ss.mmm]  text`."""
    return "".join(f"[{clock(s.start_ms)} --> {clock(s.end_ms)}]  {text}\n" for s, text in marked(transcript.segments))


def markdown(transcript: Transcript) -> str:
    """Markdown with front matter: `Name (hh:mm:ss.mmm):` above what a speaker says, a list where nobody is named."""
    video = transcript.video
    facts = {
        "video_id": video.id,
        "title": video.title,
        "channel": video.channel or None,
        "url": video.url,
        "published": video.published.isoformat() if video.published else None,
        "duration_seconds": video.duration_ms / 1000 if video.duration_ms else None,
        "language": transcript.language,
        "is_generated": {"automatic": True, "manual": False}.get(transcript.trust),
    }
    stated = {key: value for key, value in facts.items() if value is not None}
    front = yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n" + "".join(map(_turn, transcript.segments))


def _turn(segment: Segment) -> str:
    if segment.speaker and _TURN_NAME.fullmatch(segment.speaker):
        return f"{segment.speaker} ({clock(segment.start_ms)}):\n{segment.text}\n\n"
    return f"- [{clock(segment.start_ms)}] {segment.text}\n"


Writer = Callable[[Transcript], str]
