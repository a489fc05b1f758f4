"""Writers of captions in many shapes, for reading them back: the tests' own, so that they prove something."""

import json
from collections.abc import Callable, Sequence
from html import escape, unescape
from typing import NamedTuple


class Said(NamedTuple):
    """Words and when they are said, in milliseconds."""

    start_ms: int
    end_ms: int
    text: str


def stamp(ms: int, point: str = ".") -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def short_stamp(ms: int) -> str:
    """Whisper leaves the hours out while there are none."""
    return stamp(ms) if ms >= 3_600_000 else stamp(ms)[3:]


def srt(said: Sequence[Said]) -> str:
    return "".join(
        f"{i}\n{stamp(s.start_ms, ',')} --> {stamp(s.end_ms, ',')}\n{s.text}\n\n" for i, s in enumerate(said, 1)
    )


def srt_without_blank_lines(said: Sequence[Said]) -> str:
    return srt(said).replace("\n\n", "\n")


def srt_without_numbers(said: Sequence[Said]) -> str:
    return "".join(f"{stamp(s.start_ms, ',')} --> {stamp(s.end_ms, ',')}\n{s.text}\n\n" for s in said)


def srt_with_doubled_line_ends(said: Sequence[Said]) -> str:
    return srt(said).replace("\n", "\n\n")


def webvtt(said: Sequence[Said]) -> str:
    cues = (f"{stamp(s.start_ms)} --> {stamp(s.end_ms)}\n{escape(s.text, quote=False)}\n" for s in said)
    return "\n".join(["WEBVTT\n", *cues])


def webvtt_of_whisper(said: Sequence[Said]) -> str:
    return "\n".join(
        ["WEBVTT\n", *(f"{short_stamp(s.start_ms)} --> {short_stamp(s.end_ms)}\n {s.text}\n" for s in said)]
    )


def webvtt_of_azure(said: Sequence[Said]) -> str:
    head = 'WEBVTT\n\nNOTE duration:"01:16:50"\n\nNOTE language:en-us\n\n'
    return head + "".join(
        f"NOTE Confidence: 0.7{i}\n\n{i:08x}-6bb4-447c-96db-3e52a31c4a1d\n{stamp(s.start_ms)} --> {stamp(s.end_ms)}\n"
        f"{escape(s.text, quote=False)}\n\n"
        for i, s in enumerate(said)
    )


def webvtt_with_voices(said: Sequence[Said]) -> str:
    return "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: red }\n\n" + "".join(
        f"cue {i}\n{stamp(s.start_ms)} --> {stamp(s.end_ms)}\n<v Ada L>{escape(s.text, quote=False)}</v>\n\n"
        for i, s in enumerate(said)
    )


def rolling(said: Sequence[Said], *, word_times: bool = True, echoes: bool = True, trimmed: bool = False) -> str:
    """What YouTube makes of automatic captions: a window of two lines, and an echo of ten milliseconds after each."""
    out = ["WEBVTT\nKind: captions\nLanguage: en\n"]
    above = ""
    for s, following in zip(said, [*said[1:], None], strict=True):
        end = s.end_ms if following is None else min(s.end_ms, following.start_ms)
        words = [escape(word, quote=False) for word in s.text.split(" ")]
        plain = " ".join(words)
        line = words[0] + "".join(f"<{stamp(s.start_ms + 1)}><c> {w}</c>" for w in words[1:]) if word_times else plain
        place = " align:start position:0%"
        top = above or ("" if trimmed else " ")
        out.append(f"{stamp(s.start_ms)} --> {stamp(end - 10)}{place}\n{top}\n{line}\n")
        if echoes:
            out.append(f"{stamp(end - 10)} --> {stamp(end)}{place}\n{plain}\n{'' if trimmed else ' '}\n")
        cleared = following is not None and following.start_ms > end + 5_000
        above = "" if cleared else plain
        if cleared and echoes:
            out.append(f"{stamp(end)} --> {stamp(end + 10)}{place}\n{'' if trimmed else ' '}\n")
    return "\n".join(out)


def rolling_srt(said: Sequence[Said]) -> str:
    """Rolling captions after a converter wrote them as SRT."""
    blocks = [b for b in rolling(said, word_times=False).split("\n\n")[1:] if "-->" in b]
    place = " align:start position:0%"
    plain = [unescape(b.replace(place, "").replace(".", ",", 2)) for b in blocks]
    return "\n\n".join(f"{i}\n{b}" for i, b in enumerate(plain, 1))


def rolling_of_2017(said: Sequence[Said]) -> str:
    """The older shape: no repeats, each cue lasting into the next."""
    style = "Style:\n::cue(c.colorCCCCCC) { color: rgb(204,204,204);\n }\n##\n"
    out = [f"WEBVTT\nKind: captions\nLanguage: en\n{style}"]
    for s in said:
        words = [escape(word, quote=False) for word in s.text.split(" ")]
        line = words[0] + "".join(f"<{stamp(s.start_ms + 1)}><c> {w}</c>" for w in words[1:])
        out.append(
            f"{stamp(s.start_ms)} --> {stamp(s.end_ms + 900)} align:start position:19%\n<c.colorE5E5E5>{line}</c>\n"
        )
    return "\n".join(out)


def _items(said: Sequence[Said]) -> list[dict[str, object]]:
    return [{"text": s.text, "start": s.start_ms / 1000, "duration": (s.end_ms - s.start_ms) / 1000} for s in said]


def api_json(said: Sequence[Said]) -> str:
    return json.dumps(_items(said))


def json_lines(said: Sequence[Said]) -> str:
    return "".join(json.dumps(item) + "\n" for item in _items(said))


def api_json_wrapped(said: Sequence[Said]) -> str:
    return json.dumps({"success": True, "video": {"lengthSeconds": 5}, "transcript": _items(said)}, ensure_ascii=False)


def api_json_by_id(said: Sequence[Said]) -> str:
    return json.dumps([{"dQw4w9WgXcQ": _items(said)}, []])


def json_of_strings(said: Sequence[Said]) -> str:
    return json.dumps(
        [{"text": s.text, "start": f"{s.start_ms / 1000}", "dur": f"{(s.end_ms - s.start_ms) / 1000}"} for s in said]
    )


def json_of_offsets(said: Sequence[Said]) -> str:
    return json.dumps([{"text": s.text, "offset": s.start_ms, "duration": s.end_ms - s.start_ms} for s in said])


def json_of_second_offsets(said: Sequence[Said]) -> str:
    return json.dumps(
        [{"text": s.text, "offset": s.start_ms / 1000, "duration": (s.end_ms - s.start_ms) / 1000} for s in said]
    )


def whisper_json(said: Sequence[Said]) -> str:
    segments = [
        {"id": i, "start": s.start_ms / 1000, "end": s.end_ms / 1000, "text": " " + s.text, "avg_logprob": -0.2}
        for i, s in enumerate(said)
    ]
    return json.dumps({"text": " ".join(s.text for s in said), "segments": segments, "language": "en"})


def whisper_cpp_json(said: Sequence[Said]) -> str:
    return json.dumps(
        {
            "result": {"language": "en"},
            "transcription": [
                {
                    "timestamps": {"from": stamp(s.start_ms, ","), "to": stamp(s.end_ms, ",")},
                    "offsets": {"from": s.start_ms, "to": s.end_ms},
                    "text": s.text,
                }
                for s in said
            ],
        }
    )


def chunks_json(said: Sequence[Said]) -> str:
    return json.dumps({"chunks": [{"timestamp": [s.start_ms / 1000, s.end_ms / 1000], "text": s.text} for s in said]})


def json3(said: Sequence[Said]) -> str:
    events: list[dict[str, object]] = [{"tStartMs": 0, "dDurationMs": 9_000_000, "id": 1}]
    for s in said:
        parts = [{"utf8": part, "acAsrConf": 0} for part in s.text.partition(" ") if part]
        events += [
            {"tStartMs": s.start_ms, "dDurationMs": s.end_ms - s.start_ms + 700, "wWinId": 1, "segs": parts},
            {"tStartMs": s.end_ms, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
        ]
    return json.dumps({"wireMagic": "pb3", "pens": [{}], "events": events}, indent=1)


def srv1(said: Sequence[Said]) -> str:
    cues = (
        f'<text start="{s.start_ms / 1000}" dur="{(s.end_ms - s.start_ms) / 1000}">{escape(escape(s.text))}</text>'
        for s in said
    )
    return f'<?xml version="1.0" encoding="utf-8" ?><transcript>{"".join(cues)}</transcript>'


def srv3(said: Sequence[Said]) -> str:
    cues = (f'<p t="{s.start_ms}" d="{s.end_ms - s.start_ms}" w="1"><s>{escape(s.text)}</s></p>' for s in said)
    return (
        f'<?xml version="1.0" encoding="utf-8" ?><timedtext format="3">\n<body>\n{"".join(cues)}\n</body></timedtext>'
    )


def ttml(said: Sequence[Said]) -> str:
    cues = (f'<p begin="{stamp(s.start_ms)}" end="{stamp(s.end_ms)}">{escape(s.text)}</p>' for s in said)
    return f'<tt xml:lang="en" xmlns="http://www.w3.org/ns/ttml"><body><div>{"".join(cues)}</div></body></tt>'


def sbv(said: Sequence[Said]) -> str:
    return "".join(f"{stamp(s.start_ms)[1:]},{stamp(s.end_ms)[1:]}\n{s.text}\n\n" for s in said)


def whisper_tsv(said: Sequence[Said]) -> str:
    return "start\tend\ttext\n" + "".join(f"{s.start_ms}\t{s.end_ms}\t{s.text}\n" for s in said)


def whisper_print(said: Sequence[Said]) -> str:
    return "".join(f"[{short_stamp(s.start_ms)} --> {short_stamp(s.end_ms)}]  {s.text}\n" for s in said)


def seconds_text(said: Sequence[Said]) -> str:
    return "".join(f"[{s.start_ms / 1000} - {s.end_ms / 1000}] {s.text}\n\n" for s in said)


SHAPES: dict[str, Callable[[Sequence[Said]], str]] = {
    shape.__name__: shape
    for shape in (
        *(srt, srt_without_blank_lines, srt_without_numbers, srt_with_doubled_line_ends, rolling_srt),
        *(webvtt, webvtt_of_whisper, webvtt_of_azure, webvtt_with_voices, rolling, rolling_of_2017),
        *(
            api_json,
            json_lines,
            api_json_wrapped,
            api_json_by_id,
            json_of_strings,
            json_of_offsets,
            json_of_second_offsets,
        ),
        *(
            whisper_json,
            whisper_cpp_json,
            chunks_json,
            json3,
            srv1,
            srv3,
            ttml,
            sbv,
            whisper_tsv,
            whisper_print,
            seconds_text,
        ),
    )
}
