"""WebVTT, SRT, SBV, LRC, SubStation Alpha, SAMI, MicroDVD and MPL2."""

from html import escape

from pipeline.sources.writing.speaking import marked
from pipeline.sources.writing.stamps import centiseconds, clock, minutes
from pipeline.values.transcript import Transcript

_ASS_HEAD = """\
[Script Info]
Title: {title}
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,48,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,1,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_WORD_JOINER = "\u2060"
_FRAMES_A_SECOND = 25


def webvtt(transcript: Transcript) -> str:
    """WebVTT, with voices where speakers are known."""
    language = "" if transcript.language == "und" else f"Language: {transcript.language}\n"
    parts = [f"WEBVTT\nKind: captions\n{language}"]
    for s in transcript.segments:
        voice = f"<v {escape(s.speaker, quote=False)}>" if s.speaker else ""
        parts.append(f"{clock(s.start_ms)} --> {clock(s.end_ms)}\n{voice}{escape(s.text, quote=False)}\n")
    return "\n".join(parts)


def srt(transcript: Transcript) -> str:
    """SRT."""
    lines = enumerate(marked(transcript.segments), 1)
    return "\n".join(
        f"{i}\n{clock(s.start_ms, ',')} --> {clock(s.end_ms, ',')}\n{_no_arrow(text)}\n" for i, (s, text) in lines
    )


def sbv(transcript: Transcript) -> str:
    """SBV."""
    return "\n".join(
        f"{clock(s.start_ms).removeprefix('0')},{clock(s.end_ms).removeprefix('0')}\n{_no_arrow(text)}\n"
        for s, text in marked(transcript.segments)
    )


def _no_arrow(text: str) -> str:
    """Words that cannot be taken for a line of times."""
    return text.replace("-->", "&#45;-&gt;")


def lrc(transcript: Transcript) -> str:
    """LRC; an empty line of its own ends a cue that does not last until the next."""
    title = _one_line(transcript.video.title).replace("]", ")")
    lines = [f"[ti:{title}]", "[re:citenote]"]
    spoken = list(marked(transcript.segments))
    for (s, text), following in zip(spoken, [*spoken[1:], None], strict=True):
        lines.append(f"[{minutes(s.start_ms)}]{text}")
        if following is None or following.segment.start_ms > s.end_ms:
            lines.append(f"[{minutes(s.end_ms)}]")
    return "\n".join(lines) + "\n"


def ass(transcript: Transcript) -> str:
    """SubStation Alpha, which carries hundredths of a second."""
    return _ASS_HEAD.format(title=_one_line(transcript.video.title)) + "".join(
        f"Dialogue: 0,{centiseconds(s.start_ms)},{centiseconds(s.end_ms)},Default,"
        f"{(s.speaker or '').replace(',', ' ')},0,0,0,,{_ass_text(s.text)}\n"
        for s in transcript.segments
    )


def _ass_text(text: str) -> str:
    r"""The words; `\N` in them is no line end, and `{` no override."""
    return text.replace("\\", "\\" + _WORD_JOINER).replace("{", r"\{").replace("}", r"\}")


def sami(transcript: Transcript) -> str:
    """SAMI."""
    syncs: list[str] = []
    spoken = list(marked(transcript.segments))
    for (s, text), following in zip(spoken, [*spoken[1:], None], strict=True):
        syncs.append(f"<SYNC Start={s.start_ms}><P Class=CC>{escape(text, quote=False)}")
        if following is None or following.segment.start_ms > s.end_ms:
            syncs.append(f"<SYNC Start={s.end_ms}><P Class=CC>&nbsp;")
    title = escape(_one_line(transcript.video.title), quote=False)
    return "\n".join(["<SAMI>", f"<HEAD><TITLE>{title}</TITLE></HEAD>", "<BODY>", *syncs, "</BODY>", "</SAMI>", ""])


def microdvd(transcript: Transcript) -> str:
    """MicroDVD at 25 frames a second."""
    lines = [f"{{1}}{{1}}{_FRAMES_A_SECOND:.3f}"]
    frames = [(_frame(s.start_ms), _frame(s.end_ms), text) for s, text in marked(transcript.segments)]
    lines += [f"{{{start}}}{{{end}}}{text.replace('|', '¦')}" for start, end, text in frames]
    return "\n".join(lines) + "\n"


def _frame(ms: int) -> int:
    return round(ms * _FRAMES_A_SECOND / 1000)


def mpl2(transcript: Transcript) -> str:
    """MPL2, which carries tenths of a second."""
    return "".join(
        f"[{s.start_ms // 100}][{s.end_ms // 100}]{text.replace('|', '¦')}\n" for s, text in marked(transcript.segments)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
