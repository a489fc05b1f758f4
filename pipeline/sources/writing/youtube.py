"""YouTube's json3, srv1, srv2 and srv3, and TTML."""

import json
from xml.sax.saxutils import escape, quoteattr

from pipeline.sources.writing.speaking import marked
from pipeline.sources.writing.stamps import clock, seconds
from pipeline.values.transcript import Transcript

_DECLARATION = '<?xml version="1.0" encoding="utf-8" ?>'


def json3(transcript: Transcript) -> str:
    """YouTube's json3."""
    heard = {"acAsrConf": 0} if transcript.trust == "automatic" else {}
    events = [
        {"tStartMs": s.start_ms, "dDurationMs": s.end_ms - s.start_ms, "segs": [{"utf8": text} | heard]}
        for s, text in marked(transcript.segments)
    ]
    return json.dumps({"wireMagic": "pb3", "events": events}, ensure_ascii=False) + "\n"


def srv1(transcript: Transcript) -> str:
    """YouTube's srv1, which youtube-transcript-api reads."""
    cues = (
        f'<text start="{seconds(s.start_ms)}" dur="{seconds(s.end_ms - s.start_ms)}">{escape(text)}</text>'
        for s, text in marked(transcript.segments)
    )
    return "\n".join([_DECLARATION + "<transcript>", *cues, "</transcript>", ""])


def srv2(transcript: Transcript) -> str:
    """YouTube's srv2."""
    cues = (
        f'<text t="{s.start_ms}" d="{s.end_ms - s.start_ms}">{escape(text)}</text>'
        for s, text in marked(transcript.segments)
    )
    return "\n".join([_DECLARATION + "<timedtext>", *cues, "</timedtext>", ""])


def srv3(transcript: Transcript) -> str:
    """YouTube's srv3."""
    cues = (
        f'<p t="{s.start_ms}" d="{s.end_ms - s.start_ms}">{escape(text)}</p>' for s, text in marked(transcript.segments)
    )
    return "\n".join([_DECLARATION + '<timedtext format="3">', "<body>", *cues, "</body>", "</timedtext>", ""])


def ttml(transcript: Transcript) -> str:
    """TTML."""
    cues = (
        f'<p begin="{clock(s.start_ms)}" end="{clock(s.end_ms)}">{escape(text)}</p>'
        for s, text in marked(transcript.segments)
    )
    root = f'<tt xmlns="http://www.w3.org/ns/ttml" xml:lang={quoteattr(transcript.language)}>'
    return "\n".join([_DECLARATION, root, "<body><div>", *cues, "</div></body>", "</tt>", ""])
