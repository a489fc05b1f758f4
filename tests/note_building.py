"""A short talk with checked claims, and ways to make more, for the tests of everything that comes after verifying."""

from collections.abc import Sequence

from pipeline.settings import NotesPolicy
from pipeline.stages.plan import settle
from pipeline.values.draft import DraftEntity, DraftNote, DraftSection, DraftStep, DraftUnused, PlanDraft
from pipeline.values.forms import Join
from pipeline.values.outline import Check, Citation, Claim, Outline, Quote, Verdict
from pipeline.values.plan import Plan
from pipeline.values.proof import Made
from pipeline.values.script import Chunk, Line, Piece, Script
from pipeline.values.transcript import Segment, Transcript, Video

STEP_MS = 10_500


def talk(
    texts: Sequence[str],
    *,
    video: str = "oCkkjnpS2f8",
    title: str = "The nature of power",
    channel: str = "lexfridman",
    language: str = "en",
    speakers: tuple[str, ...] = (),
) -> Script:
    """One segment and one line a text, ten and a half seconds each."""
    segments = tuple(
        Segment(number=i, start_ms=i * STEP_MS, end_ms=(i + 1) * STEP_MS, text=t) for i, t in enumerate(texts)
    )
    about = Video(
        id=video, title=title, channel=channel, url=f"https://www.youtube.com/watch?v={video}", speakers=speakers
    )
    transcript = Transcript(video=about, language=language, trust="manual", segments=segments)
    lines = tuple(
        Line(number=i + 1, text=s.text, start_ms=s.start_ms, end_ms=s.end_ms, pieces=(Piece(offset=0, segment=i),))
        for i, s in enumerate(segments)
    )
    chunk = Chunk(number=1, context_first=1, first=1, last=max(1, len(lines)), tokens=100)
    return Script(transcript=transcript, lines=lines, chunks=(chunk,), punctuated=True)


def citation(script: Script, line: int) -> Citation:
    text = script.line(line).text
    return Citation(
        line=line,
        segment=line - 1,
        last_segment=line - 1,
        time_ms=script.line(line).start_ms,
        quote=text,
        grade="exact",
        asked_line=line,
    )


def check(verdict: Verdict = "supported") -> Check:
    return Check(verdict=verdict, tier="support", reason="for the test", score=0.9)


class Builder:
    """Collects lines and the claims on them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._claims: list[tuple[str, str, str, tuple[int, ...], Verdict]] = []
        self._quotes: list[tuple[str, str]] = []

    def claim(
        self,
        text: str,
        subject: str = "",
        *,
        voice: str = "told",
        verdict: Verdict = "supported",
        said: Sequence[str] | None = None,
    ) -> int:
        """A claim proved by lines that say `said`, or the claim itself; its id."""
        lines = []
        for words in said or (f"{text}.",):
            self.texts.append(words)
            lines.append(len(self.texts))
        self._claims.append((text, subject or text.split(" ", 1)[0], voice, tuple(lines), verdict))
        return len(self._claims)

    def quote(self, text: str, title: str = "On it") -> int:
        """A quote in a line of its own; its id."""
        self.texts.append(text)
        self._quotes.append((text, title))
        return len(self._quotes)

    def script(self, **about: object) -> Script:
        return talk(self.texts, **about)  # type: ignore[arg-type]  # passed on as given

    def outline(self, script: Script) -> Outline:
        claims = tuple(
            Claim.model_validate(
                {
                    "id": i,
                    "text": text,
                    "subject": subject,
                    "voice": voice,
                    "citations": tuple(citation(script, n) for n in lines),
                    "check": check(verdict),
                    "chunk": 1,
                }
            )
            for i, (text, subject, voice, lines, verdict) in enumerate(self._claims, start=1)
        )
        quotes = tuple(
            Quote(
                id=i,
                text=text,
                title=title,
                speaker="",
                citation=citation(script, self.texts.index(text) + 1),
                check=check(),
            )
            for i, (text, title) in enumerate(self._quotes, start=1)
        )
        return Outline(claims=claims, quotes=quotes)


def steps(*claims: int | tuple[Join, int]) -> tuple[DraftStep, ...]:
    return tuple(
        DraftStep(join="", claim=c) if isinstance(c, int) else DraftStep(join=c[0], claim=c[1]) for c in claims
    )


def section(heading: str, *paragraphs: tuple[DraftStep, ...], callout: int = 0) -> DraftSection:
    return DraftSection(heading=heading, paragraphs=paragraphs, callout=callout)


def note(
    title: str, lead: tuple[DraftStep, ...], *sections: DraftSection, aliases: tuple[str, ...] = (), callout: int = 0
) -> DraftNote:
    return DraftNote(title=title, aliases=aliases, lead=lead, callout=callout, sections=sections)


def plan_draft(
    *notes: DraftNote, entities: Sequence[DraftEntity] = (), unused: Sequence[DraftUnused] = ()
) -> PlanDraft:
    return PlanDraft(entities=tuple(entities), notes=notes, unused=tuple(unused))


def person(name: str, full: str, pronoun: str = "he", short: str = "") -> DraftEntity:
    return DraftEntity.model_validate({"name": name, "full": full, "pronoun": pronoun, "short": short or name})


def settled(draft: PlanDraft, outline: Outline, **policy: object) -> Plan:
    return settle(draft, outline, NotesPolicy.model_validate({"min_claims": 1, **policy}), "model")


def stalin(**about: object) -> Made:
    """Two notes of a talk on Stalin, with all that the rules of composing look for."""
    b = Builder()
    came = b.claim("Stalin came to power along with Vladimir Lenin in the seizure of power of October 1917", "Stalin")
    post = b.claim("Stalin used the post of general secretary to create a personal dictatorship", "Stalin")
    product = b.claim("Stalin was a product of circumstances and not solely of his own drive", "Stalin", voice="view")
    exile = b.claim("Stalin took no part in World War I and spent it in exile in Siberia", "Stalin")
    leave = b.claim("Stalin was able to leave Eastern Siberia only when the czarist autocracy fell", "Stalin")
    draft = b.claim("Stalin was called up briefly towards the end of the war", "Stalin")
    cunning = b.claim("Stalin was cunning, ruthless and a workaholic", "Stalin")
    memory = b.claim("Stalin had a phenomenal memory for people's names", "Stalin")
    advantage = b.claim("Stalin's memory was very advantageous to the machine that he built", "Stalin's memory")
    undisputed = b.claim("Lenin was the undisputed leader of the Bolshevik party", "Lenin")
    made = b.claim("Lenin made Joseph Stalin general secretary in the spring of 1922", "Lenin")
    stroke = b.claim("Lenin had a major stroke less than six weeks later", "Lenin")
    coup = b.claim("The Bolsheviks carried out a coup against all the other socialists", "The Bolsheviks")
    civil = b.claim("The Bolsheviks won a civil war", "The Bolsheviks", verdict="partial")
    great = b.quote("It is a great story, not necessarily from a moral point of view.", "On the story of Stalin")
    b.texts.append("I have read many books on Joseph Stalin.")
    script = b.script(speakers=("Stephen Kotkin",), **about)
    outline = b.outline(script)
    draft_of_plan = plan_draft(
        note(
            "Stalin's rise to power",
            steps(came, post, product),
            section("War and exile", steps(exile, leave, draft)),
            section("Character", steps(cunning, ("also", memory), advantage)),
            aliases=("Stalin", "personal dictatorship"),
            callout=great,
        ),
        note(
            "The October coup of 1917",
            steps(coup, ("and", civil)),
            section("Lenin as leader", steps(undisputed, made, stroke)),
            aliases=("seizure of power",),
        ),
        entities=(
            person("Stalin", "Joseph Stalin"),
            person("Lenin", "Vladimir Lenin"),
            person("Siberia", "Siberia", "it"),
            person("World War I", "World War I", "it"),
            person("The Bolsheviks", "The Bolsheviks", "they"),
        ),
    )
    return Made(script=script, outline=outline, plan=settled(draft_of_plan, outline), model="test")
