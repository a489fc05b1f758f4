"""Guard: what a claim lets somebody say was said by them."""

from collections import Counter

import regex

from pipeline.stages.verify.evidence import Evidence, Objection

_SAYS = (
    r"(?:says|said|argues|argued|explains|explained|notes|noted|claims|claimed|believes|thinks|recalls|recalled|states|stated|"
    r"describes|suggests|mentions|mentioned|asks|asked|adds|observes|stresses|emphasi[sz]es|recommends|points out)"
)
_NAME = r"(?P<name>\p{Lu}[\p{L}'’.-]+(?:\s\p{Lu}[\p{L}'’.-]+){0,3})"
_ATTRIBUTED = regex.compile(rf"^(?:According to {_NAME}\b|{_NAME}\s{_SAYS}\b|{_NAME}:\s)")
_SHARE = 0.75  # of the words of the evidence must be another speaker's


def check(evidence: Evidence) -> Objection | None:
    """Another speaker's words put in somebody's mouth, or None. Says nothing where speakers are not known."""
    match = _ATTRIBUTED.match(evidence.claim.text)
    if match is None:
        return None
    name = match["name"]
    known = {s.speaker for s in evidence.index.transcript.segments if s.speaker}
    named = {speaker for speaker in known if _is_of(name, speaker)}
    if not named:
        return None
    speakers = _speakers(evidence)
    total = sum(speakers.values())
    if not total or sum(n for s, n in speakers.items() if s in named) > (1 - _SHARE) * total:
        return None
    other = speakers.most_common(1)[0][0]
    return Objection("speaker", "contradicted", f"{other} says this, not {name}.", (name, other))


def _is_of(name: str, speaker: str) -> bool:
    """Whether a name is a speaker's, in full or in part."""
    return bool(set(name.casefold().split()) & set(speaker.casefold().split()))


def _speakers(evidence: Evidence) -> Counter[str]:
    alignment = evidence.alignment
    words = [alignment.evidence[e].word for _, e in alignment.pairs]
    return Counter(s for w in words if (s := evidence.index.segment(w).speaker))
