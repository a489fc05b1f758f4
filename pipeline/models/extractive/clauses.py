"""Whether the words of an English sentence make a sentence: a main clause that ends, and a subject said once."""

from pipeline.models.extractive import english
from pipeline.models.extractive.profile import Profile
from pipeline.models.extractive.reading import Reading

_WANTS_MORE = frozenset({"very", "of", "and", "with", "is", "are", "was", "were", "really", "from"})
_CLOSES = 8  # words before such an end in which a question word makes it whole: "where you are"
_ASKING = frozenset({"what", "where", "how", "who", "why", "which", "that", "than", "as", "to", "a"})
_PREPOSITIONS = frozenset({"before", "after", "since", "until", "as"})
_JOINING = frozenset({"and", "or", "but", "nor"})
_RELATIVE = frozenset({"who", "which", "that", "where", "whose"})
_SUBJECTS = frozenset({"i", "you", "he", "she", "it", "we", "they"})
_BE = frozenset({"is", "are", "was", "were", "isn't", "wasn't"})


def fault(reading: Reading, profile: Profile, *, cut: bool) -> str | None:
    """The first reason against an English sentence from how it is built; None if it is sound."""
    norms, tags = reading.norms(), reading.tags
    if (tags[-1] in "DTC" or norms[-1] in _WANTS_MORE) and not _ASKING & set(norms[-_CLOSES:-1]):
        return "unfinished"
    if _doubles_subject(reading, profile):
        return "said twice"
    if not _is_clause(norms, tags) or (norms[0] in profile.subordinate and not _has_main_clause(reading)):
        return "no clause"
    if cut and not _ends_with_clause(reading):
        return "unfinished"
    return None


def _has_main_clause(reading: Reading) -> bool:
    """Whether a sentence that begins with "if" or "when" has a clause of its own after a comma or a second subject."""
    tags, norms = reading.tags, reading.norms()
    verbs = [i for i, t in enumerate(tags) if t in "VM" and norms[i] not in {"be", "been", "being"}]
    commas = [i for i, joined in enumerate(reading.joined) if i and not joined]
    if norms[0] in _PREPOSITIONS and len([i for i in verbs if i - 1 not in verbs]) == 1:
        return _has_two_nouns(tags[1 : verbs[0]])
    for begin, end in zip(commas, [*commas, len(tags)][1:], strict=True):
        first = next((i for i in verbs if begin <= i < end), begin)
        if first > begin and norms[begin] not in _JOINING and not _RELATIVE & set(norms[begin:first]):
            return True
    return not commas and any(tags[i - 1] in "OPN" and i - verbs[0] > 2 for i in verbs[1:])


def _has_two_nouns(lead: str) -> bool:
    """Whether a noun phrase of its own follows the first: "before [the war] [every town] …"."""
    first = next((i for i, t in enumerate(lead) if t in "NPU"), len(lead))
    return any(t in "DO" and lead[i - 1] != "I" for i, t in enumerate(lead) if i > first)


def _is_named_only(norms: list[str], tags: str, verbs: list[int]) -> bool:
    """A noun with a clause about it and no more: "several places I could name", "what happens in towns where …"."""
    at = verbs[0]
    if norms[0] in {"what", "whatever"}:
        return not any(norms[i] in _BE and not _RELATIVE & set(norms[at:i]) for i in verbs[1:])
    leads = tags[0] in "IRC" or at <= 2
    return not leads and len(verbs) == 1 and norms[at - 1] in _SUBJECTS and tags[at - 2] in "NPJ"


def _doubles_subject(reading: Reading, profile: Profile) -> bool:
    """Such as "The first hundred, they earn credits": a noun phrase, a comma, and a pronoun for it."""
    norms, tags = reading.norms(), reading.tags
    for i in range(2, len(tags) - 1):
        if norms[i].partition("'")[0] not in {"he", "she", "it", "they"} or reading.joined[i]:
            continue
        begin = max((k for k in range(i) if not reading.joined[k]), default=0)
        lead = tags[begin:i]
        if set(lead) <= set("DJNPUI") and lead[-1] in "NP" and lead[0] in "DJNPU":
            return norms[i - 1] not in profile.generic and not english.has_finite_verb(norms[:i], tags[:i])
    return False


def _ends_with_clause(reading: Reading) -> bool:
    """Whether there is a finite verb after the last comma: the subject of what was cut off is left there otherwise."""
    last = max((i for i, joined in enumerate(reading.joined) if not joined), default=0)
    return english.has_finite_verb(reading.norms()[last:], reading.tags[last:])


def _is_clause(norms: list[str], tags: str) -> bool:
    if tags[0] == "V" or not english.has_finite_verb(norms, tags):
        return False
    verbs = [i for i, t in enumerate(tags) if t in "VM" and norms[i] not in {"be", "been", "being", "having"}]
    first = verbs[0]
    lead = first - 1
    while lead > 0 and tags[lead] == "R":
        lead -= 1
    # "the leader who came to power": the only verb belongs to the relative clause
    relative = norms[lead] in {"who", "which", "that", "where"} and lead > 0 and tags[lead - 1] != "I"
    groups = [i for i in verbs if i - 1 not in verbs]
    return not (relative and len(verbs) == 1) and not _is_named_only(norms, tags, groups)
