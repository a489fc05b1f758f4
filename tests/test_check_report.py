import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.checking import AskCheck, CheckReport, Judge, Judging, as_json, as_text, check, fails
from pipeline.checking.judging import PageJudge
from pipeline.errors import SettingsError
from pipeline.settings import CitationPolicy
from pipeline.values.outline import Check, Outline
from pipeline.values.plan import Plan
from pipeline.values.proof import Proof
from pipeline.values.transcript import Segment, Transcript, Video
from pipeline.vault.proofs import write_proof
from pipeline.vault.reading import read_page

ID = "abcdefghijk"
HEAD = f"---\ntitle: The garden\nvideoId: {ID}\n---\n\n"
SPOKEN = (
    "We planted forty oak trees behind the old library in spring.",
    "The gardener never watered them during the first summer.",
    "A storm from the north broke three branches in October.",
    "Children from the school painted the wooden fence green.",
    "The mayor opened the garden with a speech about bees.",
    "Visitors may bring their dogs on Sunday mornings only.",
)


def cite(time: str) -> str:
    return f'<a class="yt-timestamp" data-t="{time}">[{time}]</a>'


def srt(lines: Sequence[str] = SPOKEN, step: int = 10) -> str:
    cues = [
        f"{n + 1}\n00:00:{n * step:02},400 --> 00:00:{(n + 1) * step - 1:02},000\n{text}\n"
        for n, text in enumerate(lines)
    ]
    return "\n".join(cues)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    (tmp_path / "vault").mkdir()
    (tmp_path / "transcripts").mkdir()
    (tmp_path / "transcripts" / f"{ID}.en.srt").write_text(srt())
    (tmp_path / "transcripts" / f"{ID}.info.json").write_text("{}")
    return tmp_path / "vault"


def checked(vault: Path, body: str, *, head: str = HEAD) -> CheckReport:
    (vault / "garden.md").write_text(head + body)
    return check([vault], transcripts=vault.parent / "transcripts")


def test_a_true_note_is_clean(vault: Path) -> None:
    report = checked(
        vault,
        f"They planted forty oak trees behind the library {cite('00:00:00')}. "
        f"A storm broke three branches in October {cite('00:00:20')}.",
    )
    assert [c.verdict for c in report.citations] == ["supported", "supported"]
    assert (report.findings, fails(report)) == ((), False)
    assert report.citations[1].evidence.startswith(SPOKEN[2])
    assert (report.summary.notes, report.summary.videos_with_transcript) == (1, 1)


@pytest.mark.parametrize(
    ("body", "tier"),
    [
        (f"The astronauts repaired the telescope with a spanner {cite('00:00:10')}.", "support"),
        (f"They planted fifty oak trees behind the old library {cite('00:00:00')}.", "number"),
        (f'> [!quote] Dogs\n> "Visitors may never bring their dogs on Sunday mornings." {cite("00:00:50")}', "quote"),
        (f"> [!quote] Dogs\n> Visitors may never bring their dogs on Sunday mornings {cite('00:00:50')}", "quote"),
    ],
)
def test_a_false_claim_fails(vault: Path, body: str, tier: str) -> None:
    report = checked(vault, body)
    assert [(c.tier, c.fails) for c in report.citations] == [(tier, True)]
    assert fails(report)
    assert report.citations[0].score < 0.5


def test_a_time_after_the_end_does_not_exist_and_the_words_are_found_elsewhere(vault: Path) -> None:
    report = checked(vault, f"The mayor opened the garden with a speech about bees {cite('00:40:00')}.")
    (citation,) = report.citations
    assert (citation.verdict, citation.tier, citation.kind) == ("reanchored", "existence", "minutes_as_hours")
    assert citation.best_time_ms is not None
    assert citation.best_time_ms // 1000 == 40
    assert SPOKEN[4] in citation.evidence
    assert [f.code for f in report.findings] == ["citation-beyond-end"]
    assert fails(report)


def test_words_said_at_another_time_do_not_prove_the_claim_where_it_is_cited() -> None:
    elsewhere = Check(verdict="reanchored", tier="place", reason="It is said elsewhere.", score=0.4, best_time_ms=9_000)
    assert judged(f"Dogs may come {cite('00:00:01')}.", elsewhere) == [("reanchored", "place")]


def transcript() -> Transcript:
    segments = tuple(
        Segment(number=n, start_ms=n * 5_000, end_ms=n * 5_000 + 5_000, text=text) for n, text in enumerate(SPOKEN)
    )
    return Transcript(
        video=Video(id=ID, title="A day out", channel="Green"), language="en", trust="manual", segments=segments
    )


Asked = list[tuple[str, int, tuple[str, ...]]]


def scripted(*answers: Check, asked: Asked | None = None) -> Judge:
    """Answers in this order, the last one for good."""

    def make_ready(_: Transcript, policy: CitationPolicy) -> AskCheck:
        del policy
        left = list(answers)

        def ask(text: str, time_ms: int, header: tuple[str, ...]) -> Check:
            if asked is not None:
                asked.append((text, time_ms, header))
            return left.pop(0) if len(left) > 1 else left[0]

        return ask

    return make_ready


GOOD = Check(verdict="supported", tier="support", reason="The passage says it.", score=0.9)
BAD = Check(verdict="unsupported", tier="support", reason="The passage does not say it.", score=0.1)


def judged(body: str, *answers: Check, head: str = HEAD, asked: Asked | None = None) -> list[tuple[str, str]]:
    note = read_page(Path("n.md"), (head + body).encode())
    judge = PageJudge(transcript(), Judging(judge=scripted(*answers, asked=asked)))
    return [(c.verdict, c.tier) for c in judge.reports(note)]


def test_one_of_the_citations_in_a_row_may_prove_the_claim() -> None:
    row = f"One fact {cite('00:00:01')} {cite('00:00:06')}."
    assert judged(row, GOOD, BAD) == [("supported", "support"), ("partial", "support")]
    assert judged(row, BAD, BAD) == [("unsupported", "support")] * 2
    beyond = f"One fact {cite('00:00:01')} {cite('01:00:06')}."
    assert judged(beyond, GOOD, BAD) == [("supported", "support"), ("unsupported", "existence")]
    apart = f"One fact {cite('00:00:01')}. Another fact {cite('00:00:06')}."
    assert judged(apart, GOOD, BAD) == [("supported", "support"), ("unsupported", "support")]


def test_a_page_that_says_it_doubts_is_believed() -> None:
    assert judged(f"It may be {cite('00:00:01')} *(doubtful)*.", BAD) == [("partial", "support")]


def test_a_malformed_time_is_never_asked_about() -> None:
    asked: Asked = []
    assert judged(f"It is so {cite('01:02')}. And so {cite('00:00:01')}.", GOOD, asked=asked) == [
        ("malformed", "schema"),
        ("supported", "support"),
    ]
    assert [text for text, _, _ in asked] == ["And so"]


def test_what_is_asked() -> None:
    asked: Asked = []
    quote = f"> [!quote] T\n> Dogs may come {cite('00:00:02')}"
    body = f"Forty \\* two of [[oaks | the **oaks**]] {cite('00:00:01')}.\n\n{quote}"
    judged(body, GOOD, asked=asked)
    assert asked == [
        ("Forty * two of the oaks", 1_000, ("The garden", "A day out", "Green")),
        ("“Dogs may come”", 2_000, ("The garden", "A day out", "Green")),
    ]


def test_the_same_question_is_asked_once() -> None:
    asked: Asked = []
    assert len(judged(f"It is so {cite('00:00:01')}. It is so {cite('00:00:01')}.", GOOD, asked=asked)) == 2
    assert len(asked) == 1


def test_without_a_transcript_nothing_is_judged(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(f"{HEAD}It is so {cite('00:00:01')}. And so [00:00:02]. See [[nowhere]].")
    report = check([note])
    assert [c.verdict for c in report.citations] == ["unjudged", "unjudged"]
    assert [f.code for f in report.findings] == ["bare-timestamp"]
    assert not fails(report)
    assert report.summary.videos_without_transcript == 1


def test_the_store_is_asked_after_the_folder(vault: Path) -> None:
    asked: list[str] = []

    def stored(video: str) -> Transcript | None:
        asked.append(video)
        return transcript() if video == "0123456789x" else None

    (vault / "a.md").write_text(f"{HEAD}The mayor opened the garden with a speech about bees {cite('00:00:40')}.")
    (vault / "b.md").write_text(
        f"{HEAD.replace(ID, '0123456789x')}The mayor opened the garden with a speech about bees {cite('00:00:20')}."
    )
    report = check([vault], transcripts=vault.parent / "transcripts", lookups=[stored])
    assert [c.verdict for c in report.citations] == ["quoted", "quoted"]
    assert asked == ["0123456789x"]


@pytest.mark.parametrize("video", ["../secret", "/etc/passwd", "..", ".", "a/b", "secret\\x"])
def test_no_video_id_leads_out_of_the_folder(vault: Path, video: str) -> None:
    (vault.parent / "secret.srt").write_text(srt())
    head = HEAD.replace(ID, f"'{video}'")
    report = checked(vault, f"The mayor opened the garden with a speech {cite('00:00:40')}.", head=head)
    assert [c.verdict for c in report.citations] == ["unjudged"]


def test_a_transcript_that_cannot_be_read_is_a_warning(vault: Path) -> None:
    (vault.parent / "transcripts" / f"{ID}.en.srt").write_text("no transcript")
    report = checked(vault, f"It is so {cite('00:00:01')}.")
    assert [(f.code, f.severity) for f in report.findings] == [("unreadable-transcript", "warning")]
    assert not fails(report)


def test_the_second_file_of_a_video_is_tried(vault: Path) -> None:
    (vault.parent / "transcripts" / f"{ID}.aa.srt").write_text("no transcript")
    report = checked(vault, f"The mayor opened the garden with a speech about bees {cite('00:00:40')}.")
    assert [c.verdict for c in report.citations] == ["quoted"]
    assert report.findings == ()


@pytest.mark.parametrize("given", ["missing.md", "missing"])
def test_a_path_that_does_not_exist(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsError, match=given):
        check([tmp_path / given])
    with pytest.raises(SettingsError, match=given):
        check([tmp_path], transcripts=tmp_path / given)


def test_every_page_once_and_no_hidden_folder(vault: Path) -> None:
    (vault / ".trash").mkdir()
    (vault / "deep").mkdir()
    for name in (".trash/old.md", "deep/b.md", "a.md"):
        (vault / name).write_text(f"{HEAD}It is so {cite('00:00:01')}. See [[b]].")
    report = check([vault / "a.md", vault / "deep", vault, vault / "deep" / "b.md"])
    assert [Path(c.path).relative_to(vault).as_posix() for c in report.citations] == ["a.md", "deep/b.md"]
    assert [f.code for f in report.findings] == ["self-link"]


def kept_proof() -> Proof:
    words = transcript()
    return Proof(
        video=words.video,
        video_slug=None,
        language=words.language,
        trust=words.trust,
        transcript_digest=words.digest,
        model="extractive",
        prompts=(),
        punctuated=True,
        chunks=(),
        outline=Outline(claims=(), quotes=()),
        plan=Plan(notes=()),
        notes=(),
        repairs=(),
        segments=words.segments,
    )


def test_a_proof_of_the_vault_is_enough(vault: Path) -> None:
    write_proof(vault, kept_proof())
    (vault / "a.md").write_text(f"{HEAD}The mayor opened the garden with a speech about bees {cite('00:00:20')}.")
    for paths in ([vault], [vault / "a.md"]):
        assert [c.verdict for c in check(paths).citations] == ["quoted"]


def test_a_single_file_knows_its_vault_by_the_proofs_only(vault: Path) -> None:
    (vault / ".citenote" / "proofs").mkdir(parents=True)
    (vault / ".citenote" / "proofs" / f"{ID}.json").write_text("{}")
    (vault / "a.md").write_text(f"{HEAD}It is so {cite('00:00:01')}. See [[nowhere]].")
    report = check([vault / "a.md"])
    assert [f.code for f in report.findings] == ["unreadable-transcript"]


def test_a_file_that_cannot_be_read(vault: Path) -> None:
    (vault / "gone.md").symlink_to(vault / "nothing.md")
    assert [f.code for f in check([vault]).findings] == ["unreadable-file"]


def test_json_has_exactly_these_keys(vault: Path) -> None:
    report = checked(
        vault, f"They planted fifty oak trees {cite('00:00:00')}. And so {cite('12:34')} 空 {cite('HH:MM:SS')}."
    )
    loaded = json.loads(as_json(report))
    assert list(loaded) == ["citations", "findings", "summary"]
    citation = ["path", "line", "time", "claim", "verdict", "kind", "tier", "reason", "score", "best_time", "evidence"]
    assert all(list(one) == citation for one in loaded["citations"])
    assert [one["time"] for one in loaded["citations"]] == ["00:00:00", "00:12:34", None]
    assert all(list(one) == ["path", "line", "code", "severity", "message"] for one in loaded["findings"])
    assert loaded["summary"]["verdicts"] == {"malformed": 2, "unsupported": 1}
    assert loaded["summary"]["codes"] == {"malformed-placeholder": 1, "malformed-two-fields": 1}


def test_text_shows_the_worst_first_and_a_few_of_each(vault: Path) -> None:
    wrong = " ".join(f"Fact {n} is said somewhere {cite(f'0{n}:00:01')}." for n in range(1, 6))
    text = as_text(checked(vault, f"# Head\n\nThe astronauts repaired the telescope {cite('00:00:10')}. {wrong}"))
    lines = text.splitlines()
    assert lines[0].startswith("error: unsupported (1)")
    assert lines[1].endswith("[00:00:10] The astronauts repaired the telescope")
    assert f"{vault / 'garden.md'}:8" in lines[1]
    assert lines[2] == "      why: “astronauts”, “repaired”, “telescope” are said nowhere in the video"
    assert text.index("error: unsupported (1)") < text.index("error: beyond_the_end (5)")
    assert text.index("error: citation-beyond-end (5)") < text.index("warning: h1-in-body (1)")
    assert "… and 2 more" in text
    assert lines[-2].startswith("1 unsupported, 5 beyond_the_end; 6 of 6 judged citations fail (100.0%)")
    assert lines[-1].startswith(
        "1 notes on 1 pages, 6 citations (6 unsupported); transcripts of 1 of 1 videos; 5 errors"
    )


def test_hostile_words_cannot_steer_a_terminal(vault: Path) -> None:
    report = checked(vault, f"Red \x1b[31m alert \u202e reversed {cite('00:00:10')}. {cite('00:00:99')}")
    assert "\x1b" not in as_text(report)
    assert "\u202e" not in as_text(report)


def test_the_same_input_gives_the_same_bytes(vault: Path) -> None:
    body = f"They planted fifty oak trees {cite('00:00:00')}. [[a]] [[b]]"
    assert as_json(checked(vault, body)) == as_json(checked(vault, body))


def test_a_page_with_the_name_of_an_alias_is_another_page(vault: Path) -> None:
    (vault / "oak_trees.md").write_text(HEAD + f"They planted forty oak trees {cite('00:00:00')}.\n")
    aliased = HEAD.replace("---\n", '---\naliases: ["oak trees"]\n', 1)
    report = checked(
        vault, f"A storm broke three branches in October {cite('00:00:20')}. See [[oak_trees]].", head=aliased
    )
    assert "self-link" not in [f.code for f in report.findings]
    alone = checked(vault, f"A storm broke three branches in October {cite('00:00:20')}. See [[garden]].", head=aliased)
    assert "self-link" in [f.code for f in alone.findings]
