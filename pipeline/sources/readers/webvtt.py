"""WebVTT, SRT and SBV.

WebVTT comes from people, from Whisper (`mm:ss.mmm`), from Azure (notes, identifiers) and from YouTube's
speech recognition (rolling captions). Its text is freed of tags here; entities are decoded later, once for all shapes.
"""

import re

from pipeline.sources.readers.blocks import Block, Blocks, cut_blocks, unread_lines
from pipeline.sources.readers.clock import read_stamp
from pipeline.sources.readers.hls import parts_of
from pipeline.sources.readers.markup import without_tags
from pipeline.sources.readers.reading import Broken, Facts, Reading, repairs_of
from pipeline.sources.readers.rolling import is_rolling, thin
from pipeline.values.transcript import Cue, Trust

_WORD_TIME = re.compile(r"<[0-9:]{4,20}\.[0-9]{1,9}>|<c[.>]")
_SBV_TIMING = re.compile(
    r"^([0-9]{1,4}:[0-9]{2}:[0-9]{2}\.[0-9]{1,3}),([0-9]{1,4}:[0-9]{2}:[0-9]{2}\.[0-9]{1,3})[ \t]*$", re.MULTILINE
)
_VOICE = re.compile(r"<v(?:\.[^ \t<>]{0,100})?[ \t]([^<>\n]{1,200})>")
_HEADER = re.compile(
    r"(?:NOTE[ \t]+)?(kind|language|duration|title|channel)[ \t]*:[ \t]*\"?([^\"\n]*)\"?", re.IGNORECASE
)


def looks_like_webvtt(head: str) -> bool:
    """Whether a text begins as WebVTT does."""
    return bool(re.match(r"WEBVTT(?:[ \t\n]|$)", head, re.IGNORECASE))


def looks_like_sbv(head: str) -> bool:
    """Whether a text has a line `start,end`."""
    return bool(_SBV_TIMING.search(head))


def read_webvtt(text: str) -> Reading:
    """The cues of a WebVTT file, also of one that was put together from parts."""
    parts = parts_of(text)
    cuts = [_moved(cut_blocks(part.text, asides=True), part.later_ms) for part in parts]
    counts = {
        "part moved by its X-TIMESTAMP-MAP": sum(bool(part.later_ms) for part in parts),
        "line above the first time left out": sum(unread_lines(c.header, asides=True) for c in cuts if c.blocks),
    }
    whole = Blocks(cuts[0].header, tuple(b for cut in cuts for b in cut.blocks), sum(cut.untimed for cut in cuts))
    return _read(whole, "WebVTT" if len(parts) == 1 else "WebVTT of HLS parts", counts)


def read_srt(text: str) -> Reading:
    """The cues of an SRT file, whatever its numbers are."""
    cut = cut_blocks(text, asides=False)
    return _read(cut, "SRT", {"line above the first time left out": unread_lines(cut.header, asides=False)})


def read_sbv(text: str) -> Reading:
    """The cues of an SBV file, which is SRT without numbers and with another sign between the times."""
    cut = cut_blocks(_SBV_TIMING.sub(r"\1 --> \2", text), asides=False)
    return _read(cut, "SBV", {"line above the first time left out": unread_lines(cut.header, asides=False)})


def _moved(cut: Blocks, by_ms: int) -> Blocks:
    if not by_ms:
        return cut
    moved = (
        b._replace(start_ms=b.start_ms + by_ms, end_ms=None if b.end_ms is None else b.end_ms + by_ms)
        for b in cut.blocks
    )
    return cut._replace(blocks=tuple(moved))


def _read(cut: Blocks, shape: str, counts: dict[str, int]) -> Reading:
    if not cut.blocks:
        raise Broken(f"it is {shape} without a single time line", line=len(cut.header))
    counts = {"missing time taken from the cue before": cut.untimed} | counts
    fresh = [any(_WORD_TIME.search(line) for line in b.lines) for b in cut.blocks]
    plain = [b._replace(lines=tuple(without_tags(line).strip() for line in b.lines)) for b in cut.blocks]
    facts = _header_facts(cut.header)
    if not is_rolling(plain):
        cues = tuple(cue for block in cut.blocks for cue in _cues(block))
        facts = _with_trust(facts, automatic=sum(fresh) * 2 > len(fresh))
        counts["cue without words left out"] = sum(not any(block.lines) for block in cut.blocks)
        return Reading(cues=cues, facts=facts, repairs=repairs_of(counts), shape=shape)
    thinned = thin(plain, fresh)
    repeats = sum(bool(any(b.lines)) for b in plain) - len(thinned)
    return Reading(
        cues=tuple(cue for block in thinned for cue in _cues(block)),
        facts=_with_trust(facts, automatic=True),
        repairs=repairs_of({"rolling repeat removed": repeats} | counts),
        shape=f"{shape}, rolling",
    )


def _cues(block: Block) -> list[Cue]:
    """The cue of a block; one for each voice if it names several."""
    text = "\n".join(line for line in block.lines if line)
    parts = _VOICE.split(text)
    found = [(None, parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    return [
        Cue(start_ms=block.start_ms, end_ms=block.end_ms, text=without_tags(said), speaker=name)
        for name, said in found
        if said.strip()
    ]


def _header_facts(header: tuple[str, ...]) -> Facts:
    found = {m[1].lower(): m[2].strip() for line in header if (m := _HEADER.fullmatch(line.strip()))}
    return Facts(
        language=found.get("language") or None,
        title=found.get("title") or None,
        channel=found.get("channel") or None,
        duration_ms=read_stamp(found.get("duration", "")),
    )


def _with_trust(facts: Facts, *, automatic: bool) -> Facts:
    trust: Trust | None = "automatic" if automatic else None
    return facts.model_copy(update={"trust": trust})
