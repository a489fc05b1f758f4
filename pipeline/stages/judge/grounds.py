"""What a judge's answer is worth: its words are looked up, and two answers are laid side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.stages.judge.passage import Passage
from pipeline.stages.verify.quote import Span, parts
from pipeline.values.judgement import DraftJudgement, Judgement, Opinion


@dataclass(frozen=True, slots=True)
class Vote:
    """An answer whose words are really there."""

    opinion: Opinion
    words: tuple[str, ...]
    """The transcript's own words; of what is not stated, words of the claim."""


def vote(passage: Passage, draft: DraftJudgement) -> Vote | None:
    """The answer as a vote; None when its words were not said, or do not bear on what it says."""
    spans = [span for words in draft.words for part in parts(words) for span in [passage.find(part)]]
    found = [span for span in spans if span is not None]
    if len(found) < len(spans) or not _bears(draft, passage, found):
        return None
    if draft.verdict == "not_stated":
        return Vote(draft.verdict, (passage.claimed(draft.lacking),))
    return Vote(draft.verdict, tuple(dict.fromkeys(passage.index.text(*span) for span in found)))


def agreed(first: Vote | None, second: Vote | None) -> Judgement | None:
    """What two votes with the options in either order agree on; None when they do not.

    Two that find the claim wanting in different ways agree that it is not fully said. So does a contradiction beside an
    answer whose words were not there: its own were.
    """
    if first is None or second is None:
        alone = first or second
        return Judgement(opinion="partly", words=alone.words) if alone and alone.opinion == "contradicted" else None
    words = tuple(dict.fromkeys((*first.words, *second.words)))
    if first.opinion == second.opinion:
        return Judgement(opinion=first.opinion, words=words)
    if "supported" in {first.opinion, second.opinion}:
        return None
    return Judgement(opinion="partly", words=words)


def _bears(draft: DraftJudgement, passage: Passage, found: Sequence[Span]) -> bool:
    """Whether the words can be what decided."""
    match draft.verdict:
        case "supported":
            return bool(found) and not draft.lacking and passage.decides(found)
        case "contradicted":
            return bool(found) and passage.touches(found) and not passage.repeats(found)
        case "partly":
            return (
                bool(found) and passage.touches(found) and (not draft.lacking or bool(passage.claimed(draft.lacking)))
            )
        case "not_stated":
            return bool(passage.claimed(draft.lacking)) and not passage.says(draft.lacking)
