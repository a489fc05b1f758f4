"""Names that a transcript uses often, so that every chunk spells them alike without waiting for another's answer."""

from collections import Counter
from collections.abc import Iterable

import regex

from pipeline.values.script import Script

_CAPITALISED = r"\p{Lu}(?:['’]\p{Lu})?[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*"
_RUN = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}'’]){_CAPITALISED}(?:\s+{_CAPITALISED})*")
_WORD = regex.compile(r"[\p{L}\p{M}]+")
_OPENS = regex.compile(r"(?:^|[.!?…:\"“„«(\[>–—-])\s*$")

_NOUNS_CAPITALISED = {"de", "lb", "nds", "gsw"}
_SHOUTED = 0.5  # a larger share of capitalised words says that case means nothing here


def frequent_names(script: Script, most: int = 24) -> tuple[str, ...]:
    """Names used at least twice, the most frequent first; none where the script or the captions have no case."""
    texts = [line.text for line in script.lines]
    words = Counter(word for text in texts for word in _WORD.findall(text))
    capitalised = sum(count for word, count in words.items() if word[0].isupper())
    if capitalised > _SHOUTED * words.total():
        return ()
    several = script.transcript.language.split("-")[0].lower() in _NOUNS_CAPITALISED
    runs = Counter(run for text in texts for run in _runs(text) if not several or " " in run)
    frequent = [run for run, count in runs.most_common() if count > 1 and not _common(run, words)]
    return tuple(_longest(frequent[: 2 * most]))[:most]


def _runs(text: str) -> Iterable[str]:
    """Runs of capitalised words, but for the word whose capital a sentence start explains."""
    for match in _RUN.finditer(text):
        run = " ".join(match.group().split())
        if _OPENS.search(text, 0, match.start()):
            run = run.partition(" ")[2]
        if run:
            yield run


def _common(run: str, words: Counter[str]) -> bool:
    """Whether it is one word that is often written small."""
    return " " not in run and 2 * words[run.lower()] >= words[run]


def _longest(runs: list[str]) -> Iterable[str]:
    """Without the runs that are a part of another: "Stalin" beside "Joseph Stalin"."""
    padded = [f" {run} " for run in runs]
    return (run for run, own in zip(runs, padded, strict=True) if sum(own in other for other in padded) == 1)
