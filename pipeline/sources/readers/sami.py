"""SAMI: `<SYNC Start=1000><P Class=ENCC>text`, each shown until the next of its class."""

import re
from collections import Counter
from html import unescape

from pipeline.sources.readers.clock import plausible
from pipeline.sources.readers.reading import Broken, Facts, Reading, repairs_of
from pipeline.values.transcript import Cue

_SYNC = re.compile(r"<SYNC\s[^<>]{0,200}?Start\s?=\s?[\"']?(-?[0-9]{1,12})[^<>]{0,200}>", re.IGNORECASE)
_PARAGRAPH = re.compile(
    r"<P(?:\s[^<>]{0,200}?Class\s?=\s?[\"']?([A-Za-z0-9_-]{1,40})[^<>]{0,200}|\s[^<>]{0,200})?>", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--|-->")
_BREAK = re.compile(r"<br\s?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_TITLE = re.compile(r"<TITLE>([^<>]{1,300})</TITLE>", re.IGNORECASE)


def looks_like_sami(head: str) -> bool:
    """Whether there is a root of SAMI's or a first `SYNC`."""
    return head[:6].upper() == "<SAMI>" or bool(head.startswith("<") and _SYNC.search(head))


def read_sami(text: str) -> Reading:
    """The cues of the class with most words; those of other classes, which are other languages, are counted."""
    syncs = list(_SYNC.finditer(text))
    tracks: dict[str, list[Cue]] = {}
    for i, sync in enumerate(syncs):
        body = text[sync.end() : syncs[i + 1].start() if i + 1 < len(syncs) else len(text)]
        start = plausible(int(sync[1])) or 0
        for name, words in _paragraphs(body):
            track = tracks.setdefault(name, [])
            if track and track[-1].end_ms is None:
                track[-1] = Cue(start_ms=track[-1].start_ms, end_ms=start, text=track[-1].text)
            track.append(Cue(start_ms=start, end_ms=None, text=words))
    spoken = {name: [cue for cue in track if cue.text] for name, track in tracks.items()}
    best = max(spoken, key=lambda name: sum(len(cue.text) for cue in spoken[name]), default=None)
    if best is None or not spoken[best]:
        raise Broken("it is SAMI without a single cue")
    left_out = Counter({"item of another list left out": sum(map(len, spoken.values())) - len(spoken[best])})
    title = _TITLE.search(text[:10_000])
    facts = Facts(title=title[1].strip() or None if title else None)
    return Reading(cues=tuple(spoken[best]), facts=facts, repairs=repairs_of(left_out), shape="SAMI", tracks=True)


def _paragraphs(body: str) -> list[tuple[str, str]]:
    """The classes and words of the paragraphs of one moment; no words where the screen is cleared."""
    marks = list(_PARAGRAPH.finditer(body))
    if not marks:
        return [("", _plain(body))]
    ends = [*(mark.start() for mark in marks[1:]), len(body)]
    return [((mark[1] or "").upper(), _plain(body[mark.end() : end])) for mark, end in zip(marks, ends, strict=True)]


def _plain(body: str) -> str:
    return unescape(_TAG.sub("", _BREAK.sub("\n", _COMMENT.sub("", body)))).strip()
