"""Our own verification as a judge of citations."""

from collections.abc import Callable

from pipeline.settings import CitationPolicy
from pipeline.stages.verify.citation import check_citation
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript

AskCheck = Callable[[str, int, tuple[str, ...]], Check]
"""Whether the words at a time support a claim: of the claim, the time in milliseconds, and the texts that name what
the page is about."""

Judge = Callable[[Transcript, CitationPolicy], AskCheck]
"""Makes a transcript ready once, and answers once a citation."""


def support_judge(transcript: Transcript, policy: CitationPolicy) -> AskCheck:
    """Makes the transcript searchable; claims are judged by the tiers of verification."""
    index = TranscriptIndex(transcript)

    def ask(text: str, time_ms: int, header: tuple[str, ...]) -> Check:
        return check_citation(index, text, time_ms, header, policy)

    return ask
