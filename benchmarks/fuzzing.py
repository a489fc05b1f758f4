"""Fuzzing of every reader: `python -m benchmarks.fuzzing --inputs 200000 --seed 1`.

A good file of each shape is damaged at random (cut, doubled, shuffled, spliced with another shape, filled with signs of
the formats, absurd numbers and broken bytes) and read. Whatever comes out is a transcript that keeps its promise, or a
refusal of ours; any other error ends the fuzzing and is printed with its input. The slowest inputs are reported.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.errors import SourceError
from pipeline.sources.files import read_text
from pipeline.sources.ordering import put_in_order
from pipeline.sources.readers.decoding import decode
from pipeline.sources.writing.shapes import WRITERS
from pipeline.values.transcript import Segment, Transcript, Video

TOKENS = (
    *("\n", "\n\n", "\r", "\t", " ", ",", ";", "|", ":", '"', "'", "`", "\\", "\\N", "\x00", "\x1b[", "\ufeff"),
    "\u202e",
    *("WEBVTT\n", "NOTE x\n", "STYLE\n", "X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n", "1\n", " --> "),
    *("--&gt;", "00:01.000 --> 00:02.000\n", "00:00:03,000 --> 00:00:02,000\n", "99:99:99.999", "-00:00:01", "0:0"),
    *("1e999", "NaN", "null", "true", "[", "]", "{", "}", "[[", "{{", '{"text": "', '"start": ', '"segs": ['),
    *('"words": [', '"duration": -1,', "<", ">", "</", "<c>", "<v Ada>", "<00:00:01.000>", "<p>", "<text start='1'>"),
    *("</text>", "<br>", "<SYNC Start=9>", "&", "&amp;", "&lt;", "&#0;", "&#x110000;", "&nbsp;", "<![CDATA["),
    *("<!DOCTYPE t [<!ENTITY a 'b'>]>", "[00:01]", "(00:02):", "[1.0 - 2.0]", "- [00:03] ", ">> ", ">> Bo: "),
    *("<?xml ?>", "[Music]"),
    *("♪", "[ti:x]", "{1}{2}", "Dialogue: ", "Speaker 1  0:05\n", "start\tend\ttext\n", "---\n", "# ", "(", ")"),
    *("\ud83d", "数字", "مرحبا", "0" * 30, "9" * 30),
)  # fmt: skip
_NUMBERS = ("0", "-1", "1e308", "1e-308", "9" * 25, "0x10", "1_0", "٣", "NaN", "Infinity", '"2.5"', "00", "1:2:3:4", "")
_SAID = (
    "so here we are again,", "AT&T said a<b and {x}", "Привет, это текст", "数字と言葉", "well -- it's [sic] 3.5%",
    "what do you think?", ">= 0:05 is no time", "and [Music] goes on", "the end.",
)  # fmt: skip


def talk() -> Transcript:
    """A short talk of two people in several scripts."""
    segments = tuple(
        Segment(number=i, start_ms=i * 3_000, end_ms=i * 3_000 + 2_500, text=text, speaker=("Ada", "Bo", None)[i // 4])
        for i, text in enumerate(_SAID)
    )
    video = Video(id="dQw4w9WgXcQ", title="A talk", channel="Some channel")
    return Transcript(video=video, language="en", trust="automatic", segments=segments)


def seeds() -> dict[str, str]:
    """A good file of each shape."""
    made = {shape: write(talk()) for shape, write in WRITERS.items()}
    rolling = "WEBVTT\nKind: captions\n\n" + "\n".join(
        f"00:00:0{i}.000 --> 00:00:0{i}.990\nline {i}\nline<00:00:0{i}.500><c> {i + 1}</c>\n\n"
        f"00:00:0{i}.990 --> 00:00:0{i + 1}.000\nline {i + 1}\n \n"
        for i in range(9)
    )
    service = (
        '{"results": {"channels": [{"alternatives": [{"words": [{"word": "is", "start": 1.0, "end": 1.2, "speaker": 0,'
        ' "punctuated_word": "Is"}, {"word": "it", "start": 1.2, "end": 1.4, "speaker": 1}]}]}], "items": [{"type":'
        ' "punctuation", "alternatives": [{"content": "?"}]}]}}'
    )
    printed = "FetchedTranscript(snippets=[FetchedTranscriptSnippet(text='Is it', start=1.0, duration=2.5)], x=None)"
    rows = '[["This", 4.22, 4.66], ["is", 4.66, 5.0], ["it", 5.0, null]]'
    hls = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:03.000\nIs it?\n\n" * 3
    return made | {"rolling": rolling, "service": service, "python": printed, "rows": rows, "hls": hls}


def damaged(text: str, others: Sequence[str], chance: random.Random) -> bytes:
    """The text after one to six random damages, as bytes in one of several encodings."""
    for _ in range(chance.randint(1, 6)):
        text = _damage(text, others, chance)
    encoding = chance.choice(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-8-sig"))
    data = bytearray(text.encode(encoding, "replace" if encoding == "cp1252" else "surrogatepass"))
    for _ in range(chance.choice((0, 0, 0, 3))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _damage(text: str, others: Sequence[str], chance: random.Random) -> str:
    a = chance.randint(0, len(text))
    b = min(len(text), a + chance.choice((1, 5, 40, 400)))
    other = chance.choice(others)
    lines = text.split("\n")
    ways = (
        lambda: text[:a] + text[b:],
        lambda: text[:b] + text[a:b] * chance.choice((1, 3, 30)) + text[b:],
        lambda: text[:a],
        lambda: "\n".join(chance.sample(lines, len(lines))),
        lambda: text[:a] + other[chance.randint(0, len(other)) :],
        lambda: _with_number(text, a, chance),
        lambda: text[:a] + chance.choice(TOKENS) * chance.choice((1, 1, 2, 50)) + text[a:],
        lambda: text[:a] + chance.choice(TOKENS) + text[b:],
    )
    return chance.choice(ways)()


def _with_number(text: str, at: int, chance: random.Random) -> str:
    """The text with the next number replaced by an absurd one."""
    start = next((i for i in range(at, len(text)) if text[i].isdigit()), None)
    if start is None:
        return text
    end = next((i for i in range(start, len(text)) if not text[i].isdigit()), len(text))
    return text[:start] + chance.choice(_NUMBERS) + text[end:]


def read(data: bytes) -> bool:
    """Whether a transcript was read; False for a refusal of ours. What is read keeps the promise of `Segment`."""
    try:
        reading = read_text(decode(data).text, "fuzz")
    except SourceError:
        return False
    segments = put_in_order(reading.cues, reading.repairs, one_clock=not reading.tracks).segments
    assert [s.number for s in segments] == list(range(len(segments)))
    assert all(0 <= s.start_ms < s.end_ms and s.text for s in segments)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(segments))
    return True


def fuzz(inputs: int, seed: int) -> tuple[Counter[str], list[tuple[float, str]]]:
    """How many inputs of each shape were read and refused, and the slowest in milliseconds."""
    chance = random.Random(seed)
    texts = seeds()
    others = list(texts.values())
    counts: Counter[str] = Counter()
    slowest: list[tuple[float, str]] = []
    for number in range(inputs):
        shape = list(texts)[number % len(texts)]
        data = damaged(texts[shape], others, chance)
        begin = time.process_time()
        try:
            counts[f"{shape} {'read' if read(data) else 'refused'}"] += 1
        except BaseException:
            print(f"input {number} of seed {seed}, made from {shape}:\n{data!r}")
            raise
        slowest = sorted([*slowest, ((time.process_time() - begin) * 1e3, f"{shape}, {len(data)} bytes")])[-5:]
    return counts, slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many inputs, spread over all shapes")
    parser.add_argument("--seed", type=int, default=0, help="the same seed makes the same inputs")
    args = parser.parse_args()
    counts, slowest = fuzz(args.inputs, args.seed)
    for shape in seeds():
        print(f"{shape:14} {counts[f'{shape} read']:8,} read {counts[f'{shape} refused']:8,} refused")
    print("slowest:", "; ".join(f"{ms:.0f} ms ({what})" for ms, what in reversed(slowest)))


if __name__ == "__main__":
    main()
