"""Whether an answer as a whole is one: not in circles, not in another language, not the question over again.

Each claim is checked by itself later, against the transcript. Here is judged what no single claim can show: an answer
may have the right form, and yet the chunk it is about was never read. Such an answer is asked for again; what is good
of it is kept. In doubt an answer is sound, for verification comes after it: names, code, quotes of another language
and short answers say nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.language.guessing import guess_language
from pipeline.language.stopwords import stop_words
from pipeline.language.subtags import primary_subtag
from pipeline.language.tokens import is_character, tokens
from pipeline.stages.exchanging import Unusable, WrongShape
from pipeline.stages.salvaging import loop_start
from pipeline.values.base import Value
from pipeline.values.draft import DraftClaim, DraftNote, DraftRepair, MendDraft, OutlineDraft, PlanDraft
from pipeline.values.exchange import Request

_LEAST_REPEATED = 6  # claims that say one thing; a few times is a slip
_LEAST_WORDS = 16  # different ones, to tell a language by
_LEAST_CHARACTERS = 30  # the same where each character is a word
_KNOWN = 0.4  # of its words: so many that the lines have, too, are not of another language
_PLAINLY = 3  # times as many little words as the language of the lines has in the answer
_SHINGLE = 6  # words in a row that two texts do not share by chance
_COPIED = 0.5  # of the shingles of a text
_LONGEST_LABEL = 3  # words: a title of more states something
_STEM = 5  # letters
_SPOKEN_OF = 0.4  # of the words of a title


class Repeating(WrongShape):
    """The answer says the same again and again."""

    kind = "repeating"


class OtherLanguage(WrongShape):
    """The answer is in another language than it was asked for."""

    kind = "other_language"


class Copied(WrongShape):
    """The answer repeats the instructions or their examples."""

    kind = "copied"


@dataclass(frozen=True)
class Ground:
    """What an answer is held against: the question that was asked, and the language of the answer to it."""

    request: Request
    language: str
    """A BCP 47 tag, "und" where only the lines tell."""

    @cached_property
    def data(self) -> str:
        """What the question is about: the first message of the user."""
        return next((m.content for m in self.request.messages if m.role == "user"), "")

    @cached_property
    def instructions(self) -> str:
        """What the model was told to do."""
        return "\n".join(m.content for m in self.request.messages if m.role == "system")

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages that an answer may be in."""
        return frozenset({primary_subtag(self.language), guess_language(self.data)})

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the data; pairs of characters where these are words."""
        return frozenset(_words(self.data))

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """Of the words of the data, their first letters, where there are enough of them; pairs are whole."""
        return frozenset(word[:_STEM] for word in self.words)

    @cached_property
    def own_shingles(self) -> frozenset[tuple[str, ...]]:
        """Of the instructions, those that the data do not hold."""
        return frozenset(_shingles(self.instructions)) - frozenset(_shingles(self.data))


def broken_off(error: Unusable, text: str, kept: Value) -> Unusable:
    """The error of an answer that broke off, with what is left of it; Repeating if it went in circles by then."""
    if loop_start(text) is not None:
        return Repeating("the answer goes in circles; say each thing once and end", kept=kept)
    return type(error)(error.message, kept=kept)


def sound_outline(draft: OutlineDraft, ground: Ground) -> OutlineDraft:
    """The outline without claims that were copied from the instructions.

    Raises:
        OtherLanguage, Copied: the answer is bad as a whole; `kept` are the claims that are not.
    """
    claims = _own(draft.claims, ground)
    titled = tuple(c if _speaks_of(c.title, ground) else c.model_copy(update={"title": ""}) for c in draft.callouts)
    kept = draft.model_copy(update={"claims": claims, "callouts": titled})
    if 2 * len(claims) < len(draft.claims):
        raise Copied("most claims repeat the instructions or their example; only the lines count", kept=kept)
    if other := foreign([text for claim in claims for text in (claim.subject, claim.text)], ground):
        familiar = tuple(claim for claim in claims if _is_familiar(claim.text, ground))
        raise OtherLanguage(_asked_in(ground, other), kept=kept.model_copy(update={"claims": familiar}))
    return kept


def sound_mend(draft: MendDraft, ground: Ground) -> MendDraft:
    """The repairs without claims that were copied from the instructions. Raises as `sound_outline`."""
    repairs = tuple(told for repair in draft.repairs if (told := _own_repair(repair, ground)))
    kept = MendDraft(repairs=repairs)
    if 2 * len(repairs) < len(draft.repairs):
        raise Copied("most repairs repeat the instructions or their example; only the lines count", kept=kept)
    if other := foreign([text for r in repairs for c in r.claims for text in (c.subject, c.text)], ground):
        familiar = tuple(r for r in repairs if all(_is_familiar(claim.text, ground) for claim in r.claims))
        raise OtherLanguage(_asked_in(ground, other), kept=MendDraft(repairs=familiar))
    return kept


def sound_plan(draft: PlanDraft, ground: Ground) -> PlanDraft:
    """The plan without long titles and headings that speak of something else: they are all that it says.

    Raises:
        OtherLanguage, Copied: nothing of it is kept, for its arrangement was not made for these claims.
    """
    titles = [text for note in draft.notes for text in (note.title, *(s.heading for s in note.sections))]
    copied = [title for title in titles if _is_example(title, ground)]
    if titles and 2 * len(copied) > len(titles):
        raise Copied("the titles are those of the example; only the listed claims count")
    if other := foreign([*titles, *(alias for note in draft.notes for alias in note.aliases)], ground):
        raise OtherLanguage(_asked_in(ground, other))
    return draft.model_copy(update={"notes": tuple(_headed(note, ground) for note in draft.notes)})


def _headed(note: DraftNote, ground: Ground) -> DraftNote:
    title = note.title if _speaks_of(note.title, ground) else ""
    sections = [s if _speaks_of(s.heading, ground) else s.model_copy(update={"heading": ""}) for s in note.sections]
    return note.model_copy(update={"title": title, "sections": tuple(sections)})


def _speaks_of(title: str, ground: Ground) -> bool:
    """Whether a title is too short to state anything, or a good part of its words begin like words of the data."""
    little = frozenset[str]().union(*(stop_words(language) for language in ground.spoken))
    words = [word for word in _words(title) if word not in little]
    return len(words) <= _LONGEST_LABEL or sum(word[:_STEM] in ground.beginnings for word in words) >= _SPOKEN_OF * len(
        words
    )


def repeated(texts: Sequence[str]) -> bool:
    """Whether most of these texts only say again what one before them said."""
    distinct = {tuple(token.norm for token in tokens(text)) for text in texts}
    return len(texts) - len(distinct) >= _LEAST_REPEATED and 2 * len(distinct) < len(texts)


def once(claims: Sequence[DraftClaim]) -> tuple[DraftClaim, ...]:
    """The first of all claims of the same words."""
    first: dict[tuple[str, ...], DraftClaim] = {}
    for claim in claims:
        first.setdefault(tuple(token.norm for token in tokens(claim.text)), claim)
    return tuple(first.values())


def foreign(texts: Iterable[str], ground: Ground) -> str | None:
    """The language of some texts if it is plainly another than that of the question; None in doubt."""
    text = "\n".join(texts)
    words = [token.norm for token in tokens(text)]
    characters = sum(map(is_character, words))
    if len(set(words)) < _LEAST_WORDS and characters < _LEAST_CHARACTERS:
        return None
    written = guess_language(text)
    if written == "und" or written in ground.spoken or _is_familiar(text, ground):
        return None
    return written if all(_plainly(written, language, words) for language in ground.spoken) else None


def _plainly(written: str, asked: str, words: Sequence[str]) -> bool:
    """Whether words are of one language and not of the other, by the little words that only one of them has."""
    ours, theirs = stop_words(written) - stop_words(asked), stop_words(asked) - stop_words(written)
    return sum(word in ours for word in words) >= _PLAINLY * max(1, sum(word in theirs for word in words))


def _asked_in(ground: Ground, other: str) -> str:
    asked = f'"{ground.language}", the language of the lines' if ground.language != "und" else "that of the lines"
    return f'the answer is in the language "{other}"; answer in {asked}'


def _is_familiar(text: str, ground: Ground) -> bool:
    """Whether the data hold a good part of these words."""
    words = _words(text)
    return not words or sum(word in ground.words for word in words) >= _KNOWN * len(words)


def _words(text: str) -> list[str]:
    """Words, and pairs of characters where each character is one: single ones are shared by languages."""
    norms = [token.norm for token in tokens(text)]
    single = [is_character(norm) for norm in norms]
    pairs = [norms[i] + norms[i + 1] for i in range(len(norms) - 1) if single[i] and single[i + 1]]
    return [norm for norm, alone in zip(norms, single, strict=True) if not alone and not norm.isdigit()] + pairs


def _own(claims: Iterable[DraftClaim], ground: Ground) -> tuple[DraftClaim, ...]:
    return tuple(c for c in claims if not _is_copied((c.text, *(e.quote for e in c.evidence)), ground))


def _own_repair(repair: DraftRepair, ground: Ground) -> DraftRepair | None:
    """The repair with its own claims; None when all of them were copied."""
    claims = _own(repair.claims, ground)
    return None if repair.claims and not claims else repair.model_copy(update={"claims": claims})


def _is_copied(texts: Iterable[str], ground: Ground) -> bool:
    """Whether one of the texts is largely one of the instructions."""
    for text in texts:
        shingles = list(_shingles(text))
        if shingles and sum(s in ground.own_shingles for s in shingles) > _COPIED * len(shingles):
            return True
    return False


def _is_example(title: str, ground: Ground) -> bool:
    """Whether a title of several words stands in the instructions and nowhere in the data."""
    norms = [token.norm for token in tokens(title)]
    return len(norms) > 1 and _holds(ground.instructions, norms) and not _holds(ground.data, norms)


def _holds(text: str, norms: Sequence[str]) -> bool:
    return f" {' '.join(norms)} " in f" {' '.join(token.norm for token in tokens(text))} "


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    norms = [token.norm for token in tokens(text)]
    return (tuple(norms[i : i + _SHINGLE]) for i in range(len(norms) - _SHINGLE + 1))
