"""Split: a transcript becomes numbered lines, and the lines become chunks that a model can be asked about.

Lines are sentences where the captions have punctuation, and stretches between pauses where they have none. A line
remembers which segment each of its words came from, so that a time is always that of the words and never that of the
sentence. The cores of the chunks partition the lines in order: nothing is left out and nothing is asked twice.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from pipeline.settings import SplitPolicy
from pipeline.values.script import Chunk, Line, Piece, Script
from pipeline.values.transcript import Chapter, Segment, Transcript

_CLOSERS = r"[\"'”’»）)\]」』]*"
_END = regex.compile(rf"(?:[.?!…؟।]+{_CLOSERS}(?=\s|$)|[。！？｡]+{_CLOSERS})")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(\"'])(?:\p{Lu}|\p{Lu}\.\p{Lu}|mr|mrs|ms|dr|prof|st|vs|etc|jr|sr|no|vol|fig|approx|e\.g|i\.e|z\.b|d\.h|bzw|ca|usw|"
    r"т\.е|т\.д|г|им|др)\.$",
    regex.IGNORECASE,
)
_INITIAL = regex.compile(r"(?:^|[\s(\"'])\p{Lu}\.$")
_COMMA = regex.compile(r"[,;:،、，；]$")
_WIDE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WORD = regex.compile(r"[^\s\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]+")
_SPACED = regex.compile(r"\S+")

# A sentence every 35 words or more often: below that, stops are accidents (abbreviations, numbers) and not punctuation.
_PUNCTUATED_WORDS = 35
_STRETCH_WORDS = 20  # of a line where there is no punctuation
_COMMA_WORDS = 45  # a comma ends a line longer than this
_MOST_WORDS = 90
_CHAPTER_SLACK_MS = 1_500  # creators set chapters a moment late


class _Part(NamedTuple):
    """Words of one segment up to a sentence end, or to the end of the segment."""

    text: str
    segment: int
    words: float
    ends: bool


def split(transcript: Transcript, policy: SplitPolicy) -> Script:
    """The script of a transcript: every word of every segment, in order, in exactly one line of one chunk's core."""
    parts = [part for segment in transcript.segments for part in _parts(segment)]
    punctuated = sum(p.ends for p in parts) * _PUNCTUATED_WORDS >= sum(p.words for p in parts) > 0
    groups = _group(parts, transcript.segments, policy.pause_ms, punctuated=punctuated)
    lines = _lines(groups, transcript, policy.pause_ms, punctuated=punctuated)
    return Script(transcript=transcript, lines=lines, chunks=_chunks(lines, transcript, policy), punctuated=punctuated)


def estimate_tokens(text: str) -> int:
    """About how many tokens a text is: within a tenth of o200k for English speech, on the high side elsewhere."""
    wide = len(_WIDE.findall(text))
    plain = sum(c < "\u0250" for c in text)
    return round(wide * 0.9 + plain / 4.6 + (len(text) - wide - plain) / 3.4) + 1


def _parts(segment: Segment) -> Iterator[_Part]:
    text = " ".join(_SPACED.findall(segment.text))
    begin = 0
    for match in _END.finditer(text):
        head = text[begin : match.end()].strip()
        if _false_end(head, text[match.end() :]):
            continue
        yield _Part(head, segment.number, _count(head), ends=True)
        begin = match.end()
    rest = text[begin:].strip()
    if rest:
        yield _Part(rest, segment.number, _count(rest), ends=False)


def _false_end(head: str, rest: str) -> bool:
    if not head.endswith(".") or head.endswith(".."):
        return False
    if _INITIAL.search(head):
        # "J. Harrison" goes on, "vitamin C." at the end of a segment most likely does not
        return bool(rest) and not head.endswith((" I.", " A."))
    return bool(_ABBREVIATION.search(head)) and bool(rest)


def _count(text: str) -> float:
    """Words; two characters of a script without spaces count as one."""
    return len(_WORD.findall(text)) + len(_WIDE.findall(text)) / 2


def _group(
    parts: Sequence[_Part], segments: Sequence[Segment], pause_ms: int, *, punctuated: bool
) -> Iterator[list[_Part]]:
    """Parts that belong to one line."""
    group: list[_Part] = []
    words = 0.0
    for part in parts:
        if group and _breaks_before(group, words, part, segments, pause_ms, punctuated=punctuated):
            yield group
            group, words = [], 0.0
        for piece in _cut_long(part):
            if group and words + piece.words > _MOST_WORDS:
                yield group
                group, words = [], 0.0
            group.append(piece)
            words += piece.words
        if part.ends and (punctuated or words >= _STRETCH_WORDS / 2):
            yield group
            group, words = [], 0.0
    if group:
        yield group


def _breaks_before(  # noqa: PLR0913 - the state of the loop that it was taken out of
    group: list[_Part], words: float, part: _Part, segments: Sequence[Segment], pause_ms: int, *, punctuated: bool
) -> bool:
    last, following = segments[group[-1].segment], segments[part.segment]
    if last.number == following.number:
        return False
    if last.speaker != following.speaker:
        return True
    paused = following.start_ms - last.end_ms >= pause_ms
    if not punctuated:
        return paused or words + part.words / 2 >= _STRETCH_WORDS
    if words >= _COMMA_WORDS:
        return bool(_COMMA.search(group[-1].text)) or paused
    return paused and words >= _STRETCH_WORDS


def _cut_long(part: _Part) -> Iterator[_Part]:
    """A part longer than a line may be (one cue holding a whole talk) in pieces of `_COMMA_WORDS` or a comma more."""
    if part.words <= _MOST_WORDS:
        yield part
        return
    begin, count = 0, 0.0
    for match in regex.finditer(r"\S+|(?<=[、，；])", part.text):
        for cut, weight in _steps(match.group(), match.start()):
            count += weight
            at_comma = part.text[cut - 1] in ",;:،、，；"
            if (count >= _COMMA_WORDS and at_comma) or count >= _MOST_WORDS - 1:
                yield _Part(part.text[begin:cut].strip(), part.segment, count, ends=False)
                begin, count = cut, 0.0
    if part.text[begin:].strip():
        yield _Part(part.text[begin:].strip(), part.segment, count, ends=part.ends)


def _steps(word: str, start: int) -> Iterator[tuple[int, float]]:
    """Places after which a text may be cut, with the words up to there: after a word, or a character without spaces."""
    if _WIDE.search(word):
        for offset, char in enumerate(word, 1):
            yield start + offset, 0.5 if _WIDE.match(char) else 0.0
    elif word:
        yield start + len(word), 1.0


def _lines(
    groups: Iterator[list[_Part]], transcript: Transcript, pause_ms: int, *, punctuated: bool
) -> tuple[Line, ...]:
    segments = transcript.segments
    lines: list[Line] = []
    previous: Segment | None = None
    chapters = _chapter_starts(transcript.video.chapters)
    for number, group in enumerate(groups, 1):
        first, last = segments[group[0].segment], segments[group[-1].segment]
        # a chapter opens with the first line that begins at or after its start
        chapter = bool(chapters) and first.start_ms >= chapters[0]
        while chapters and first.start_ms >= chapters[0]:
            chapters.pop(0)
        opens = (
            previous is None
            or chapter
            or previous.speaker != first.speaker
            or first.start_ms - previous.end_ms >= pause_ms
        )
        text, pieces = _joined(group, solid=punctuated)
        lines.append(
            Line(
                number=number,
                text=text,
                start_ms=first.start_ms,
                end_ms=last.end_ms,
                pieces=pieces,
                speaker=first.speaker,
                opens=opens,
            )
        )
        previous = last
    return tuple(lines)


def _joined(group: Sequence[_Part], *, solid: bool) -> tuple[str, tuple[Piece, ...]]:
    text = ""
    pieces: list[Piece] = []
    for part in group:
        # Scripts without spaces are joined without one, but where there is no punctuation either, the end of a cue is
        # all that separates two phrases.
        if text and not (solid and _WIDE.match(text[-1]) and _WIDE.match(part.text[0])):
            text += " "
        if not pieces or pieces[-1].segment != part.segment:
            pieces.append(Piece(offset=len(text), segment=part.segment))
        text += part.text
    return text, tuple(pieces)


def _chapter_starts(chapters: Sequence[Chapter]) -> list[int]:
    return sorted(max(0, c.start_ms - _CHAPTER_SLACK_MS) for c in chapters)


def _chunks(lines: Sequence[Line], transcript: Transcript, policy: SplitPolicy) -> tuple[Chunk, ...]:
    tokens = [estimate_tokens(line.text) for line in lines]
    chunks: list[Chunk] = []
    for begin, end in _packed(_stretches(lines, transcript), tokens, policy.chunk_tokens):
        for first, last in _cuts(begin, end, lines, tokens, policy.chunk_tokens):
            context = max(1, first + 1 - policy.context_lines)
            chunks.append(
                Chunk(
                    number=len(chunks) + 1,
                    context_first=context,
                    first=first + 1,
                    last=last,
                    tokens=sum(tokens[first:last]),
                )
            )
    return tuple(chunks)


def _stretches(lines: Sequence[Line], transcript: Transcript) -> Iterator[tuple[int, int]]:
    """Half-open index ranges between creator chapters; the whole when there are none."""
    begin = 0
    starts = _chapter_starts(transcript.video.chapters)
    for index, line in enumerate(lines):
        passed = False
        while starts and line.start_ms >= starts[0]:
            starts.pop(0)
            passed = True
        if passed and index > begin:
            yield begin, index
            begin = index
    if begin < len(lines):
        yield begin, len(lines)


def _packed(stretches: Iterator[tuple[int, int]], tokens: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Whole chapters packed together while they fit: a request for each short chapter would cost more than it gives."""
    begin = end = held = 0
    for first, last in stretches:
        size = sum(tokens[first:last])
        if end > begin and held + size > most:
            yield begin, end
            begin, held = first, 0
        end, held = last, held + size
    if end > begin:
        yield begin, end


def _cuts(begin: int, end: int, lines: Sequence[Line], tokens: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Cuts of about equal size, each at the longest pause near where the budget ends."""
    left = sum(tokens[begin:end])
    while left > most:
        target = left / -(-left // most)
        size, index = 0, begin
        candidates: list[int] = []
        while index < end and (size + tokens[index] <= most or index == begin):
            size += tokens[index]
            index += 1
            if size >= target * 0.9 and index < end:
                candidates.append(index)
        cut = max(candidates, key=lambda i: (_pause_before(lines, i), -i)) if candidates else index
        yield begin, cut
        left -= sum(tokens[begin:cut])
        begin = cut
    if begin < end:
        yield begin, end


def _pause_before(lines: Sequence[Line], index: int) -> int:
    """Silence before a line in milliseconds; a change of speaker counts as five seconds."""
    pause = max(0, lines[index].start_ms - lines[index - 1].end_ms)
    return pause + (5_000 if lines[index].speaker != lines[index - 1].speaker else 0)
