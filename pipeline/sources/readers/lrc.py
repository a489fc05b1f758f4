"""LRC, lyrics and podcast transcripts: `[ti:Title]`, `[mm:ss.xx]text`, several times for words that come again.

A line with a time and no words ends the one before. Words may have times of their own, `<mm:ss.xx>`; they are tags.
"""

import re
from collections import Counter

from pipeline.sources.readers.clock import read_stamp
from pipeline.sources.readers.reading import Facts, Reading, repairs_of
from pipeline.values.transcript import Cue

_TAG = re.compile(r"\[(ar|al|ti|au|by|offset|re|ve|length|la|lang|tool|#) ?:([^\]\n]{0,500})\][ \t]*", re.IGNORECASE)
_STAMP = r"[0-9]{1,4}:[0-9]{2}(?:[.:][0-9]{1,3})?"
_STAMPS = re.compile(rf"(?:\[{_STAMP}\][ \t]?)+")
_ONE = re.compile(rf"\[({_STAMP})\]")
_SEVERAL = re.compile(rf"^\[{_STAMP}\][ \t]?\[{_STAMP}\]", re.MULTILINE)
_WORD_TIME = re.compile(rf"<{_STAMP}>[ \t]?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,7}")


def looks_like_lrc(head: str) -> bool:
    """Whether lines begin with `[mm:ss.xx]` and there is something that only LRC has: a tag, several or word times."""
    lines = [line for line in head.split("\n")[:2000] if line.strip()]
    stamped = [line for line in lines if _STAMPS.match(line)]
    tagged = sum(_TAG.match(line) is not None for line in lines)
    if len(stamped) + tagged < 0.5 * len(lines) or not stamped:
        return False
    return bool(tagged) or bool(_SEVERAL.search(head)) or any(_WORD_TIME.search(line) for line in stamped)


def read_lrc(text: str) -> Reading:
    """The cues of an LRC file, in the order of their times."""
    stated: dict[str, str] = {}
    cues: list[Cue] = []
    counts: Counter[str] = Counter()
    for line in text.split("\n"):
        if tag := _TAG.match(line):
            stated[tag[1].lower()] = tag[2].strip()
        elif stamps := _STAMPS.match(line):
            words = _WORD_TIME.sub("", line[stamps.end() :]).strip()
            cues += (Cue(start_ms=_time(m[1]), end_ms=None, text=words) for m in _ONE.finditer(stamps[0]))
        elif line.strip() and cues:
            last = cues[-1]
            cues[-1] = Cue(start_ms=last.start_ms, end_ms=None, text=f"{last.text}\n{line.strip()}")
        else:
            counts["line above the first time left out"] += bool(line.strip())
    shift = int(stated["offset"]) if _NUMBER.fullmatch(stated.get("offset", "")) else 0
    facts = Facts(
        title=stated.get("ti") or None,
        channel=stated.get("ar") or stated.get("au") or None,
        language=stated.get("la") or stated.get("lang") or None,
        duration_ms=read_stamp(stated.get("length", "")),
    )
    return Reading(cues=tuple(_ended(cues, shift)), facts=facts, repairs=repairs_of(counts), shape="LRC")


def _time(stamp: str) -> int:
    minutes, seconds, fraction = (*re.split("[:.]", stamp), "0")[:3]
    return (int(minutes) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0")[:3])


def _ended(cues: list[Cue], shift: int) -> list[Cue]:
    """The cues with words; each ends where the next line begins. A positive offset shows them earlier."""
    in_time = sorted(cues, key=lambda cue: cue.start_ms)
    ends = [cue.start_ms for cue in in_time[1:]]
    return [
        Cue(start_ms=cue.start_ms - shift, end_ms=None if end is None else end - shift, text=cue.text)
        for cue, end in zip(in_time, [*ends, None], strict=False)
        if cue.text
    ]
