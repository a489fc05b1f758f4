"""Captions without punctuation: pieces of a line that begin and end where a clause may.

What comes out is shown as a quotation, because nobody knows where its sentences ended.
"""

from collections.abc import Iterator, Sequence

import regex

from pipeline.models.extractive.cleaning import Cleaned
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading, read, size
from pipeline.values.script import Line


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = regex.compile(r"[.!?…。！？؟।][\"'”’»）)]*\s*")
_WIDE_BREAK = regex.compile(r"[.!?…。！？、，；\s]+")
_QUESTION = regex.compile(r"[?？؟]\s*$|(?:か|の)[。？?]?\s*$|吗[。？?]?\s*$|呢[。？?]?\s*$")
_LEAST, _MOST = 9, 30
_MOST_ENDS = 4
_CHARACTERS = (14, 160)  # of a piece, before its words are counted
_MARKS = {
    "de": "„{}“",
    "fr": "« {} »",
    "ru": "«{}»",
    "uk": "«{}»",
    "es": "«{}»",
    "it": "«{}»",
    "pt": "«{}»",
    "ar": "«{}»",
    "ja": "「{}」",
}
_STARTS = _words("and but so because if when while although though since now then")
_SUBJECTS = _words("i you he she it we they i'm you're he's she's it's we're they're there there's that's")
_CONJUNCTIONS = _words("and but so because")
_SUBORDINATE = _words("if when while although though since")
_ASKS = _words("what how why who where do does did is are was were can could would should")
_BAD_END = frozenset("IDCTMVJOBG")
_OPENING = _words("think believe say know feel guess said now then when if because that")
_SPLICES = _words("what's that's")
_TELLING = 4  # different words that say something
_SUBJECT_WORDS = 6
_MOST_SELF = 2
_LOOSE_START = regex.compile(
    r"(?:and|but|so|because|then|now|um|uh|yeah|yes|okay|well|right|i mean|you know|like)\s+", regex.IGNORECASE
)
_LOOSE_END = regex.compile(
    r"\s+(?:and|but|so|because|then|now|um|uh|yeah|yes|okay|well|right|i mean|you know|like|or|if|when|that|of course"
    r"|i think|i guess|just|very|also|really)$",
    regex.IGNORECASE,
)
_STUTTER = regex.compile(r"\b(?:um|uh|hmm|yeah|okay)\b|\b(\w+)\s+\1\b", regex.IGNORECASE)


def pieces(line: Line, following: Line | None, profile: Profile, names: frozenset[str]) -> Iterator[Cleaned]:
    """Pieces of one line that may be shown alone, longest first; none where no clean cut is found."""
    if profile.language == "en":
        begins, ends = _english_breaks(line, following, profile, names)
    else:
        begins = ends = _breaks(line, profile)
    spans = [span for a in begins for span in _from(a, ends)]
    for a, b in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        quote = _trimmed(line.text[a:b], profile)
        if quote and not _QUESTION.search(quote) and _fits(quote, profile, names):
            yield Cleaned(quoted(quote, profile), quote)


def _from(begin: int, ends: Sequence[int]) -> list[tuple[int, int]]:
    """Spans of a fit length from one place on; of many only some, as a line can be one endless caption."""
    fit = [(begin, end) for end in ends if _CHARACTERS[0] <= end - begin <= _CHARACTERS[1]]
    return fit[-_MOST_ENDS:]


def _trimmed(text: str, profile: Profile) -> str:
    """Without connectives and sounds at both ends."""
    text = text.strip(" ,;:、，；-–")
    if profile.language != "en":
        return text
    while match := _LOOSE_END.search(text):
        text = text[: match.start()]
    while match := _LOOSE_START.match(text):
        text = text[match.end() :]
    return text


def quoted(text: str, profile: Profile) -> str:
    """In the quotation marks of the language."""
    body = text.rstrip(" .!。！،,")
    return _MARKS.get(profile.language, "“{}”").format(body)


def _fits(quote: str, profile: Profile, names: frozenset[str]) -> bool:
    reading = read(quote, profile, names)
    if not _LEAST <= size(reading, profile) <= _MOST:
        return False
    if profile.language != "en":
        return True
    norms, tags = reading.norms(), reading.tags
    # a clause that begins with "if" or "when" needs another one; a verb or a preposition at the end wants more
    needs = 2 if norms[0] in _SUBORDINATE else 1
    verbs = sum(t in "VM" for t in tags)
    whole = verbs >= needs and tags[-1] not in _BAD_END and norms[0] not in _ASKS and not _STUTTER.search(quote)
    whole = whole and not norms[-1].endswith("ly")
    return whole and _says_something(reading) and _has_subject(norms, tags) and not _is_spliced(norms, tags)


def _says_something(reading: Reading) -> bool:
    return len(set(reading.terms)) >= _TELLING


def _has_subject(norms: Sequence[str], tags: str) -> bool:
    """Whether it begins with what its first verb is about; a bare noun is mostly the end of something before."""
    first = next((i for i, t in enumerate(tags) if t in "VM"), len(tags))
    if norms[0] in _SUBORDINATE:
        return first > 1
    bare = tags[0] in "NJ" and not norms[0].endswith("s") and first > 1
    return norms[0] in _SUBJECTS or (0 < first <= _SUBJECT_WORDS and tags[0] in "DONPJU" and not bare)


def _is_spliced(norms: Sequence[str], tags: str) -> bool:
    """Whether one sentence runs into another: "the game I just started", "or rapid what is"."""
    for i in range(2, len(norms) - 1):
        subject = norms[i] in _SUBJECTS and tags[i + 1 : i + 2] in {"V", "M", "R"}
        open_before = tags[i - 1] in "NPUGJR" and norms[i - 1] not in _OPENING
        if (subject and open_before and norms[i] not in {"i", "you", "we", "they"}) or norms[i] in _SPLICES:
            return True
        if (subject and tags[i - 1] in "RUJ" and open_before) or (norms[i] == "what" and tags[i - 1] in "NJ"):
            return True
    return sum(n in {"i", "you"} for n in norms) > _MOST_SELF


def _breaks(line: Line, profile: Profile) -> list[int]:
    """Ends of sentences and of captions; in scripts without spaces the spaces that there are."""
    text = line.text
    found = {0, len(text)} | {m.end() for m in _STOP.finditer(text)}
    if profile.wide:
        found |= {m.end() for m in _WIDE_BREAK.finditer(text)}
    else:
        found |= {p.offset for p in line.pieces}
    return sorted(found)


def _english_breaks(
    line: Line, following: Line | None, profile: Profile, names: frozenset[str]
) -> tuple[list[int], list[int]]:
    """Where a clause may begin, and where one may end: before a conjunction with a subject, or at a pause."""
    reading = read(line.text, profile, names)
    norms, tags = reading.norms(), reading.tags
    starts = [i for i in range(len(norms)) if _begins(norms, tags, i) and not (i and tags[i - 1] in _BAD_END)]
    begins = [reading.words[i].start for i in starts]
    ends = list(begins)
    for i, tag in enumerate(tags[:-1]):
        if tag == "E":  # speakers hesitate between clauses more than inside them
            ends.append(reading.words[i].start)
            if tags[i + 1] in "DNPO":
                begins.append(reading.words[i + 1].start)
    if line.opens:
        begins.append(0)
    after = read(following.text, profile, names) if following is not None else None
    if after is None or (following is not None and following.opens) or _closes(tags, after):
        ends.append(len(line.text))
    return sorted(set(begins)), sorted(set(ends))


def _closes(tags: str, after: Reading) -> bool:
    """Whether a line may end a clause, from what the next one begins with."""
    norms = after.norms()
    if not norms or not _begins(norms, after.tags, 0):
        return False
    return norms[0] in _CONJUNCTIONS or tags[-1:] in {"N", "P", "G"}


def _begins(norms: Sequence[str], tags: str, i: int) -> bool:
    if not norms:
        return False
    after = norms[i + 1] if i + 1 < len(norms) else ""
    subject = after in _SUBJECTS or (i + 1 < len(tags) and tags[i + 1] in "DNP")
    if norms[i] in _STARTS:
        return subject and not (norms[i] == "and" and tags[i + 1] in "NPD" and not _verb_soon(tags, i + 1))
    before = tags[i - 1] if i else ""
    return norms[i] in _SUBJECTS and before in {"", "N", "P", "R", "G"} and norms[i] != "that's"


def _verb_soon(tags: str, start: int) -> bool:
    return any(t in "VM" for t in tags[start : start + 5])
