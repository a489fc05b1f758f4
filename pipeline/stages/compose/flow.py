"""One paragraph as running text: merges, connectives, attributions and pronouns, each refused when in doubt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import regex

from pipeline.language.stopwords import stop_words
from pipeline.language.tokens import normalise
from pipeline.stages.compose import english
from pipeline.stages.compose.names import Corpus, forms, is_attributive, pattern
from pipeline.stages.compose.saying import Saying
from pipeline.values.note import Cite, Mark, Paragraph, Part, Sentence, Text
from pipeline.values.plan import Entity

_MERGED_WORDS = 34
_PRONOUNS_IN_A_ROW = 3
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’\-]*")


def parts(s: Saying) -> tuple[Part, ...]:
    """The words, the mark of a doubtful claim, the citations."""
    mark = (Mark(),) if s.doubtful else ()
    return (Text(text=s.text), *mark, *(Cite(time_ms=t) for t in s.times))


def plain(sayings: Iterable[Saying]) -> Paragraph:
    """The claims as they are, a sentence each: every language without rules of its own."""
    return tuple(Sentence(parts=parts(s), end=s.end) for s in sayings)


@dataclass(frozen=True)
class Flow:
    """The rules of running text for one note.

    `entities` are those of the plan, `speakers` all that the video names, `corpus` all of its words.
    """

    entities: tuple[Entity, ...]
    speakers: tuple[str, ...]
    corpus: Corpus

    def paragraph(self, sayings: list[Saying], turn: int) -> tuple[Paragraph, int]:
        """The paragraph, and the number of attributions made so far in the note (`turn` of them before)."""
        sentences: list[Sentence] = []
        run, first = 0, turn
        before: Saying | None = None
        mergeable = False
        for original in sayings:
            s = original
            predicate = self._predicate(before, s) if mergeable and before is not None else None
            if predicate is not None and before is not None:
                sentences[-1] = _merged(sentences[-1], before, replace(s, text=predicate))
                before, mergeable = s, False
                continue
            if s.view and self._is_due(before, s, made=turn > first):
                s, turn = self._attributed(s, turn)
            pronoun = None if s.attributed or run >= _PRONOUNS_IN_A_ROW else self._pronoun(before, s)
            run = run + 1 if pronoun else 0
            text = self._joined(before, s, pronoun)
            sentences.append(Sentence(parts=parts(replace(s, text=text)), end=s.end))
            before, mergeable = replace(s, subject=original.subject), True
        return tuple(sentences), turn

    def _is_due(self, before: Saying | None, s: Saying, *, made: bool) -> bool:
        """Whether a view still has to be attributed: once a paragraph, and again only where another person speaks."""
        if before is not None and before.view and before.speaker == s.speaker:
            return False
        return not made or (before is not None and bool(s.speaker) and before.speaker != s.speaker)

    def _entity(self, name: str) -> Entity | None:
        return next((e for e in self.entities if e.name == name), None) if name else None

    def _uncapitalised(self, text: str) -> str | None:
        """As the corpus knows it; persons keep their capital."""
        persons = (form for e in self.entities if e.pronoun in {"he", "she"} for form in forms(e))
        return text if any(pattern(form).match(text) for form in persons) else self.corpus.uncapitalised(text)

    def _opening(self, s: Saying, *, possessive: bool = False) -> str | None:
        """The form of its subject with which a claim begins, with the word after it a plain verb."""
        entity = self._entity(s.subject)
        for form in forms(entity) if entity else ():
            capital = form[0].upper() + form[1:]
            after = (
                r"['’]s? (?=\p{Ll})" if possessive else r" (?=\p{Ll})(?!(?:and|or|nor|but|as|of|with|in|at|on|the)\b)"
            )
            if regex.match(regex.escape(capital, literal_spaces=True) + after, s.text):
                return capital
        return None

    def _same_subject(self, before: Saying | None, s: Saying) -> bool:
        same = before is not None and bool(s.subject) and before.subject == s.subject
        return same and before is not None and not before.attributed and self._opening(before) is not None

    def _predicate(self, before: Saying | None, s: Saying) -> str | None:
        """What follows the subject, where the claim can be joined to the one before without a doubt of who is meant."""
        opening = self._opening(s)
        if before is None or s.join not in {"and", "but"} or opening is None or not self._same_subject(before, s):
            return None
        if before.view or s.view or before.doubtful or s.doubtful or before.end not in {".", "。"}:
            return None
        subject = self._opening(before) or ""
        head, tail = before.text[len(subject) :], s.text[len(opening) :]
        if (
            english.SUBORDINATE.search(head)
            or regex.search(r"(?i)\b(?:and|but|or)\b", tail)
            or self._others(head, s.subject)
        ):
            return None
        words = len(_WORD.findall(before.text)) + len(_WORD.findall(tail))
        return f" {s.join}{tail}" if words <= _MERGED_WORDS else None

    def _pronoun(self, before: Saying | None, s: Saying) -> str | None:
        """The text with its subject as a pronoun; None where the pronoun could mean anyone else."""
        entity = self._entity(s.subject)
        if entity is None or not entity.pronoun or before is None or not self._same_subject(before, s):
            return self._possessive(before, s)
        opening = self._opening(s)
        if opening is None:
            return self._possessive(before, s)
        if self._rivals(before, entity):
            return None
        rest = s.text[len(opening) :]
        verb = _WORD.search(rest)
        if entity.pronoun == "they" and verb and verb.group() in english.SINGULAR_VERBS:
            return None
        return english.SUBJECT[entity.pronoun] + rest

    def _possessive(self, before: Saying | None, s: Saying) -> str | None:
        """After a sentence on Stalin "Stalin's memory" is "His memory"."""
        if before is None or before.attributed or self._opening(before) is None:
            return None
        entity = self._entity(before.subject)
        opening = self._opening(replace(s, subject=before.subject), possessive=True)
        if entity is None or not entity.pronoun or opening is None or self._rivals(before, entity):
            return None
        return english.POSSESSIVE[entity.pronoun] + regex.sub(r"^['’]s?", "", s.text[len(opening) :])

    def _rivals(self, before: Saying, entity: Entity) -> bool:
        """Whether the sentence before names anyone or anything else that the pronoun could mean."""
        opening = self._opening(before) or ""
        tail = before.text[len(opening) :]
        for other in self.entities:
            if other.name != entity.name and other.pronoun in {entity.pronoun, ""} and _named(tail, other):
                return True
        return entity.pronoun in {"he", "she"} and bool(self._others(tail, entity.name))

    def _others(self, tail: str, subject: str) -> list[str]:
        """Capitalised words that may name a person and belong to no known thing."""
        rest = tail
        for e in self.entities:
            for form in forms(e) if e.name == subject or e.pronoun == "it" else ():
                rest = pattern(form).sub("-", rest)
        found: list[str] = []
        previous, thing = "", False
        for m in _WORD.finditer(rest):
            word = m.group()
            placed = previous in english.PLACE_WORDS or (previous == "the" and _is_title(rest, m.end()))
            placed = placed or (thing and previous[:1].isupper())
            thing = placed and previous != "" and word[0].isupper()
            if rest[m.end() :].startswith(" -"):  # "Eastern Siberia", where Siberia is known
                placed = True
            adjective = regex.match(r" \p{Ll}", rest[m.end() :]) and regex.search(r"(?:an|ish|ese|ist|ic)$", word)
            if word[0].isupper() and word not in english.CALENDAR and not placed and not adjective:
                found.append(word)
            previous = word
        return found

    def _joined(self, before: Saying | None, s: Saying, pronoun: str | None) -> str:
        """The connective, where it fits and no attribution stands there already."""
        text = pronoun or s.text
        if before is None or s.attributed:
            return text
        if s.join == "also":
            return self._also(before, s, text)
        if s.join in {"but", "however"}:
            follows = text[0].lower() + text[1:] if pronoun else self._uncapitalised(text)
            word = "But " if s.join == "but" else "However, "
            return word + follows if follows else text
        return text

    def _also(self, before: Saying, s: Saying, text: str) -> str:
        opening = self._opening(s)
        if opening is None or not self._same_subject(before, s) or english.NEGATION.search(text):
            return text
        start = len(opening) if text.startswith(opening) else len(text) - len(s.text[len(opening) :])
        verb = _WORD.search(text, start)
        if verb is None or regex.search(r"\b(?:also|too|even|only)\b", text) or verb.group().endswith("ly"):
            return text
        at = verb.end() if verb.group() in english.AUXILIARIES else verb.start()
        return f"{text[:at]} also{text[at:]}" if at == verb.end() else f"{text[:at]}also {text[at:]}"

    def _attributed(self, s: Saying, turn: int) -> tuple[Saying, int]:
        """A view as somebody's: "According to …", "In …'s view," and "… holds that" in turn."""
        if english.FIRST_PERSON.search(s.text) or s.end not in {".", "。"}:
            return s, turn
        full, last = self._speaker(s)
        if pattern(last).search(s.text):
            return s, turn
        follows = self._uncapitalised(s.text)
        if follows is None:
            return replace(s, text=f"{s.text}, according to {full if turn == 0 else last}", attributed=True), turn + 1
        ways = (
            f"According to {full if turn == 0 else last}, {follows}",
            f"In {last}'s view, {follows}",
            f"{last[0].upper()}{last[1:]} holds that {follows}",
        )
        return replace(s, text=ways[turn % 3], attributed=True), turn + 1

    def _speaker(self, s: Saying) -> tuple[str, str]:
        """Full and short name of who says it; "the speaker" where only one speaks, "one speaker" where several do."""
        named = s.speaker if s.speaker and not english.LABEL.fullmatch(s.speaker) else ""
        if not named and not s.speaker and len(self.speakers) == 1:
            named = self.speakers[0]
        if named:
            return named, named.rsplit(" ", 1)[-1]
        alone = "one speaker" if s.speaker or len(self.speakers) > 1 else "the speaker"
        return alone, alone


def _is_title(text: str, end: int) -> bool:
    """Whether a capital after "the" is no person: "the Royal Observatory", "the Harrison timekeepers"."""
    following = regex.match(r" ([\p{L}\p{M}]+)", text[end:])
    return following is not None and normalise(following[1]) not in stop_words("en")


def _named(text: str, entity: Entity) -> bool:
    found = (m for form in forms(entity) for m in pattern(form).finditer(text))
    return any(not is_attributive(text, m.start()) for m in found)


def _merged(sentence: Sentence, before: Saying, s: Saying) -> Sentence:
    """Two claims in one sentence, a citation after each half; one at the end where both are proved by one place."""
    same = s.times == before.times
    first = tuple(p for p in sentence.parts if not (same and p.kind == "cite"))
    return Sentence(parts=(*first, *parts(s)), end=s.end)


def undated(sayings: list[Saying]) -> list[Saying]:
    """Right after a sentence on "the coup of October 1917" the same words are "the coup"."""
    changed = list(sayings)
    for i in range(1, len(sayings)):
        text = sayings[i].text
        for said in english.DATED.finditer(sayings[i - 1].text):
            text = text.replace(said.group(), said["thing"])
        changed[i] = replace(sayings[i], text=text)
    return changed
