"""Our own verification as a judge of citations."""

from pipeline.checking.judging import AskCheck
from pipeline.stages.verify.citation import check_citation
from pipeline.stages.verify.index import TranscriptIndex
from pipeline.values.outline import Check
from pipeline.values.transcript import Transcript


def support_judge(transcript: Transcript) -> AskCheck:
    """Makes the transcript searchable; claims are judged by the tiers of verification."""
    index = TranscriptIndex(transcript)

    def ask(text: str, time_ms: int, header: tuple[str, ...]) -> Check:
        return check_citation(index, text, time_ms, header)

    return ask
