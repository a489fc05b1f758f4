"""Whether a note speaks another language than the transcript it cites. In doubt it does not."""

from collections.abc import Iterator

from pipeline.language.guessing import guess_language
from pipeline.language.stopwords import primary_subtag, stop_words
from pipeline.language.tokens import tokens
from pipeline.values.transcript import Transcript
from pipeline.vault.reading import PageText

_KEYS = ("language", "lang")
_TAG = 2
_ONE = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
_LEAST_WORDS = 40
_PLAINLY = 2
"""The little words of its own language must be so many times as many as those of the transcript's."""


def speaks_otherwise(page: PageText, transcript: Transcript) -> bool:
    """Whether the words of the page can hardly be found in the transcript, because they are of another language.

    What the front matter says counts; without it, the little words of the claims must tell it plainly.
    """
    spoken = primary_subtag(transcript.language)
    if spoken in {"", "und"}:
        spoken = guess_language(" ".join(segment.text for segment in transcript.segments))
    named = next((primary_subtag(page.front.text(key)) for key in _KEYS if page.front.text(key)), "")
    named = named if len(named) == _TAG and named.isalpha() else ""  # "English" is no tag
    if spoken == "und" or _ONE.get(named, named) == _ONE.get(spoken, spoken):
        return False
    text = " ".join(_claims(page))
    return _reads_otherwise(text, spoken) or (bool(named) and guess_language(text) != spoken)


def _claims(page: PageText) -> Iterator[str]:
    return (citation.claim for citation in page.citations if not citation.quoted)


def _reads_otherwise(text: str, spoken: str) -> bool:
    words = [token.norm for token in tokens(text)]
    written = guess_language(text) if len(words) >= _LEAST_WORDS else "und"
    if written in {"und", spoken}:
        return False
    theirs, ours = (sum(word in stop_words(language) for word in words) for language in (spoken, written))
    return ours >= _PLAINLY * theirs
