"""The lines that tell of a claim that could not be proved: what it cites, and where it may be said after all."""

from bisect import bisect_right
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.language.reading import read
from pipeline.language.stemming import stem
from pipeline.language.stopwords import stop_words
from pipeline.values.outline import Claim
from pipeline.values.script import Chunk, Script

_NEAREST = 62  # of 100: a line less like the quote is no hint
_LACKING = frozenset({"number", "name", "parts", "support"})
"""Tiers of claims of which a part may be said in another line."""

_MOST_OF = 0.6  # of the words that the cited lines lack


def telling(script: Script, chunk: Chunk, claim: Claim) -> set[int]:
    """The lines that matter to a claim: cited, found, or hinted at by what the check said."""
    cited = {e.line for e in claim.evidence if chunk.context_first <= e.line <= chunk.last}
    found = {c.line for c in claim.citations}
    hinted = (*nearest(script, chunk, claim), *also(script, chunk, claim), *better(script, claim))
    return cited | found | set(hinted)


def nearest(script: Script, chunk: Chunk, claim: Claim) -> tuple[int, ...]:
    """The lines of the chunk that are most like the quotes of a claim of which none was found."""
    if claim.citations:
        return ()
    lines = [" ".join(line.text.lower().split()) for line in script.core(chunk)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for evidence in claim.evidence:
        likest = fuzz.partial_ratio_alignment(evidence.quote.lower(), " ".join(lines), score_cutoff=_NEAREST)
        if likest:
            middle = (likest.dest_start + likest.dest_end) // 2
            found.append(min(chunk.first + bisect_right(starts, middle) - 1, chunk.last))
    return tuple(dict.fromkeys(found))


def also(script: Script, chunk: Chunk, claim: Claim) -> tuple[int, ...]:
    """The line of the chunk that holds most of what the cited lines do not say; the nearest of such."""
    if claim.check.tier not in _LACKING or not claim.citations:
        return ()
    language, cited = script.transcript.language, {c.line for c in claim.citations}
    lacking = _content(claim.text, language).difference(*(_content(script.line(n).text, language) for n in cited))
    held = {line.number: len(lacking & _content(line.text, language)) for line in script.core(chunk)}
    best = max(held, key=lambda n: (held[n], -min(abs(n - c) for c in cited)))
    return (best,) if held[best] >= max(2, _MOST_OF * len(lacking)) else ()


@lru_cache(maxsize=512)  # the lines of a chunk, for each of its claims
def _content(text: str, language: str) -> frozenset[str]:
    words = frozenset(read([text], language).forms) - stop_words(language)
    return frozenset(word if word.startswith("#") else stem(word, language) for word in words)


def better(script: Script, claim: Claim) -> tuple[int, ...]:
    """The line of the best other place that the check knows."""
    time_ms = claim.check.best_time_ms
    if time_ms is None:
        return ()
    return tuple(line.number for line in script.lines if line.start_ms <= time_ms < line.end_ms)[:1]
