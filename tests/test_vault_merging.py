import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.settings import NotesPolicy
from pipeline.values.proof import Made
from pipeline.vault.aligning import align
from pipeline.vault.bases import base_path
from pipeline.vault.conflicts import CONFLICTS, read_conflicts
from pipeline.vault.index import read_index
from pipeline.vault.ledger import LEDGER, ledger_bytes, read_ledger
from pipeline.vault.merging import merge
from pipeline.vault.pieces import joined, pieces
from pipeline.vault.placing import write_whole
from pipeline.vault.publishing import publish
from tests.note_building import stalin
from tests.test_vault_writing import CHANNEL, COUP, POLICY, RISE, dangling, engines, snapshot

WORDS = tuple(
    "clock sailor harbour tide meridian brass spring longitude captain voyage sextant winter reward astronomer "  # noqa: SIM905 - a list of words reads best as words
    "pendulum friction steel garden carpenter bell tower island storm cargo king parliament map star moon rope".split()
)


def cite(seconds: int) -> str:
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f'<a class="yt-timestamp" data-t="{clock}" href="https://www.youtube.com/watch?v=abc&t={seconds}s">[{clock}]</a>'


class Talk:
    """A page of numbered sentences, and ways to change it that remember what they changed."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.time = 0
        self.sentences = {n: self.sentence() for n in range(rng.randint(6, 24))}
        self.layout = self.chunked()

    def sentence(self) -> str:
        self.time += self.rng.randint(5, 40)
        return " ".join(self.rng.sample(WORDS, 9)).capitalize() + f" {cite(self.time)}."

    def chunked(self) -> list[list[int]]:
        order, rows = list(self.sentences), []
        while order:
            size = self.rng.randint(1, 5)
            rows.append(order[:size])
            order = order[size:]
        return rows

    def page(self, changed: dict[int, str | None], added: dict[int, str], head: str = "citations: 9") -> str:
        """The page with sentences changed (None for taken out) and others added behind those of these numbers."""
        text = f"---\ntitle: A talk\nvideoId: abc\nkind: note\n{head}\n---\n\nFrom: [[someone]] <br/>\n"
        for number, row in enumerate(self.layout):
            said = []
            for n in row:
                if (s := changed.get(n, self.sentences[n])) is not None:
                    said.append(s)
                said += [added[n]] if n in added else []
            heading = f"\n## Part {number}\n" if number % 2 else ""
            text += f"{heading}\n{' '.join(said)}\n" if said else heading
        return text

    def edits(self, who: str) -> tuple[dict[int, str | None], dict[int, str]]:
        """Some sentences with a word of them replaced, some taken out, some added."""
        numbers = list(self.sentences)
        touched = self.rng.sample(numbers, self.rng.randint(0, len(numbers) // 3))
        changed: dict[int, str | None] = {}
        for n in touched:
            words = self.sentences[n].split(" ")
            words[self.rng.randint(1, 7)] = f"{who}{n}"
            changed[n] = None if self.rng.random() < 0.25 else " ".join(words)
        places = self.rng.sample(numbers, self.rng.randint(0, 3))
        return changed, {n: f"{who} adds {self.sentence()}" for n in places}


@pytest.mark.parametrize("seed", range(200))
def test_no_edit_is_lost_and_conflicts_stand_only_where_edits_overlap(seed: int) -> None:
    talk = Talk(random.Random(seed))
    (mine, my_new), (ours, our_new) = talk.edits("me"), talk.edits("model")
    merged = merge(talk.page({}, {}), talk.page(mine, my_new), talk.page(ours, our_new, "citations: 10"))
    overlaps = {n for n in mine if n in ours and mine[n] != ours[n]}
    expected = {n: mine[n] if n in mine else ours.get(n, sentence) for n, sentence in talk.sentences.items()}
    for n, sentence in expected.items():
        assert (talk.sentences[n] if sentence is None else sentence) in merged.text or sentence is None
        assert sentence is not None or talk.sentences[n] not in merged.text
        assert merged.text.count(sentence or "\0") <= 1
    for sentence in (*my_new.values(), *our_new.values()):
        assert merged.text.count(sentence) == 1
    told = {(c.base, c.mine, c.new) for c in merged.conflicts}
    assert told == {(talk.sentences[n], mine[n] or "", ours[n] or "") for n in overlaps}
    assert "citations: 10" in merged.text
    assert "<<<<" not in merged.text
    assert "\n\n\n" not in merged.text.replace("\n\n\n## ", "\n\n## ")


@pytest.mark.parametrize("seed", range(40))
def test_merging_again_changes_nothing(seed: int) -> None:
    talk = Talk(random.Random(seed))
    (mine, my_new), (ours, our_new) = talk.edits("me"), talk.edits("model")
    new = talk.page(ours, our_new)
    merged = merge(talk.page({}, {}), talk.page(mine, my_new), new)
    assert merge(new, merged.text, new) == (merged.text, ())


@given(st.text(alphabet=st.sampled_from('ab .!?。\n\r\t#-|>`~"”[]<0123:\ufeff\x85'), max_size=200))
def test_the_pieces_of_any_text_joined_are_the_text(text: str) -> None:
    assert joined(pieces(text)) == text


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 60))
def test_one_side_alone_is_taken_whole(base: str, other: str, cut: int) -> None:
    assert merge(base, base, other).text == other
    assert merge(base, other, base).text == other
    assert merge(base, base[:cut] + other, base[:cut] + other).text == base[:cut] + other


def test_real_pages_are_cut_without_loss() -> None:
    for path in Path(__file__).parent.parent.joinpath("outputs").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert joined(pieces(text)) == text
        assert align(pieces(text), pieces(text)) == list(range(len(pieces(text))))


def test_sides_that_agree_do_not_conflict() -> None:
    merged = merge("One fact. Two facts.\n", "One fact. Three facts.\n", "One fact. Three facts.\n\nMore.\n")
    assert merged == ("One fact. Three facts.\n\nMore.\n", ())


def test_a_line_that_must_stand_alone_does_so_whatever_was_taken_out_around_it() -> None:
    base = "First words here.\n\n## Heading\n\nSecond words there.\n"
    merged = merge(base, "## Heading\n\nSecond words there.\n", base.replace("## Heading", "Added line.\n\n## Heading"))
    assert "\n\n## Heading\n" in merged.text
    assert merged.text.startswith("Added line.")


def test_a_page_in_windows_lines_and_in_no_unicode_is_merged() -> None:
    base = "One fact is here. Two facts are there.\n"
    mine = b"One fact is h\xe9re. Two facts are there.\r\n".decode(errors="surrogateescape")
    merged = merge(base, mine, "One fact is here. Two facts are everywhere.\n")
    assert merged.text.encode(errors="surrogateescape") == b"One fact is h\xe9re. Two facts are everywhere.\r\n"
    clash = merge(base, mine, "One fact is now here. Two facts are there.\n")
    assert clash.text == mine
    assert clash.conflicts[0].new == "One fact is now here."


def told_anew(made: Made) -> Made:
    """The same talk, with another wording of one claim."""
    claims = tuple(
        c.model_copy(update={"text": c.text.replace("phenomenal memory", "very good memory")})
        for c in made.outline.claims
    )
    return made.model_copy(update={"outline": made.outline.model_copy(update={"claims": claims})})


def test_a_conflict_is_kept_until_it_is_over(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    page = tmp_path / RISE
    page.write_text(page.read_text().replace("phenomenal memory", "famous memory"))
    report = publish(tmp_path, [told_anew(stalin())], POLICY)
    assert report.fates.conflicted == (RISE,)
    assert "famous memory" in page.read_text()
    (conflict,) = read_conflicts(tmp_path)[RISE]
    assert ("phenomenal" in conflict.base, "famous" in conflict.mine, "very good" in conflict.new) == (True,) * 3
    assert conflict.heading == "Character"
    before = snapshot(tmp_path)
    assert publish(tmp_path, [told_anew(stalin())], POLICY).fates.conflicted == (RISE,)
    assert snapshot(tmp_path) == before
    page.write_text(page.read_text().replace("famous memory", "very good memory"))
    assert publish(tmp_path, [told_anew(stalin())], POLICY).fates.conflicted == ()
    assert not (tmp_path / CONFLICTS).exists()


def test_a_conflict_about_words_that_we_no_longer_say_is_over(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    page = tmp_path / RISE
    page.write_text(page.read_text().replace("phenomenal memory", "famous memory"))
    publish(tmp_path, [told_anew(stalin())], POLICY)
    publish(tmp_path, [stalin()], POLICY)
    (conflict,) = read_conflicts(tmp_path)[RISE]
    assert "phenomenal" in conflict.new
    assert "famous memory" in page.read_text()


@pytest.mark.parametrize("to", ["russia/the_coup.md", "The coup.md"])
def test_a_renamed_page_is_followed(tmp_path: Path, to: str) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    (tmp_path / to).parent.mkdir(exist_ok=True)
    (tmp_path / COUP).rename(tmp_path / to)
    (tmp_path / to).write_text((tmp_path / to).read_text() + "\nMine.\n")
    report = publish(tmp_path, [told_anew(stalin())], POLICY)
    assert not (tmp_path / COUP).exists()
    assert report.videos[0].notes == (RISE, to)
    assert "Mine." in (tmp_path / to).read_text()
    assert f"[[{Path(to).stem} |" in (tmp_path / RISE).read_text()
    assert f"[[{Path(to).stem} | seizure of power]]" in (tmp_path / "diesel_engines.md").read_text()
    assert not {link for link in dangling(tmp_path) if link not in {e.slug for e in read_index(tmp_path)}}
    assert not (tmp_path / base_path(COUP)).exists()
    assert (tmp_path / base_path(to)).exists()
    before = snapshot(tmp_path)
    publish(tmp_path, [told_anew(stalin())], POLICY)
    assert snapshot(tmp_path) == before


def test_a_renamed_page_of_another_title_is_known_by_what_it_says(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    text = (tmp_path / RISE).read_text().replace('title: "Stalin\'s rise to power"', "title: Koba")
    (tmp_path / RISE).unlink()
    (tmp_path / "koba.md").write_text(text)
    report = publish(tmp_path, [told_anew(stalin())], POLICY)
    assert report.videos[0].notes == ("koba.md", COUP)
    assert "title: Koba" in (tmp_path / "koba.md").read_text()
    assert "very good memory" in (tmp_path / "koba.md").read_text()


def test_a_copy_is_nobodys_page(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    shutil.copy(tmp_path / RISE, tmp_path / "copy.md")
    report = publish(tmp_path, [stalin()], POLICY)
    assert report.videos[0].notes == (RISE, COUP)
    assert "copy" not in (tmp_path / LEDGER).read_text()


def test_links_to_a_page_that_is_gone_are_taken_out_of_edited_pages_too(tmp_path: Path) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    diesel = tmp_path / "diesel_engines.md"
    diesel.write_text(diesel.read_text() + "\nMine.\n")
    (tmp_path / COUP).unlink()
    publish(tmp_path, [stalin()], POLICY)
    assert "Mine." in diesel.read_text()
    assert not dangling(tmp_path)


def test_without_git_an_edited_page_is_an_error_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, [stalin()], POLICY)
    (tmp_path / RISE).write_text((tmp_path / RISE).read_text() + "Mine.\n")
    before = snapshot(tmp_path)
    monkeypatch.setenv("PATH", os.devnull)
    publish(tmp_path, [stalin()], POLICY)  # nothing to merge
    with pytest.raises(SettingsError, match="git is not installed"):
        publish(tmp_path, [told_anew(stalin())], POLICY)
    assert snapshot(tmp_path) == before


def test_a_page_edited_before_our_texts_were_kept_is_left_and_its_new_text_told(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    shutil.rmtree(tmp_path / ".citenote" / "base")
    mine = (tmp_path / RISE).read_text() + "Mine.\n"
    (tmp_path / RISE).write_text(mine)
    publish(tmp_path, [told_anew(stalin())], POLICY)
    assert (tmp_path / RISE).read_text() == mine
    assert "very good memory" in read_conflicts(tmp_path)[RISE][0].new


def test_a_doubtful_claim_that_is_dropped_leaves_the_persons_words(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    page = tmp_path / COUP
    page.write_text(page.read_text().replace("carried out a coup", "carried out a bold coup"))
    publish(tmp_path, [stalin()], NotesPolicy(doubtful="drop"))
    assert "a bold coup" in page.read_text()
    assert CHANNEL in {p.name for p in tmp_path.glob("*.md")}


@pytest.mark.parametrize("written_files", range(4))
def test_a_kill_while_an_edited_page_is_merged_changes_nothing_in_the_end(tmp_path: Path, written_files: int) -> None:
    """The ledger says what is about to happen; the conflicts, the page and our text of it are there, or not yet."""
    vault, done = tmp_path / "vault", tmp_path / "done"
    publish(vault, [stalin()], POLICY)
    page = vault / RISE
    page.write_text(page.read_text().replace("phenomenal memory", "famous memory") + "\nMine.\n")
    shutil.copytree(vault, done)
    news = [told_anew(_steve(stalin()))]
    report = publish(done, news, POLICY)
    assert report.fates.merged == report.fates.conflicted == (RISE,)
    old, new = read_ledger(vault), read_ledger(done)
    pending = {"pending": True, "before": old[RISE].digest}
    write_whole(vault / LEDGER, ledger_bytes(old | {RISE: new[RISE].model_copy(update=pending)}))
    for name in (CONFLICTS, RISE, base_path(RISE))[:written_files]:
        write_whole(vault / name, (done / name).read_bytes())
    publish(vault, news, POLICY)
    assert {n: b for n, (b, _) in snapshot(vault).items()} == {n: b for n, (b, _) in snapshot(done).items()}


def _steve(made: Made) -> Made:
    video = made.transcript.video.model_copy(update={"speakers": ("Steve Kotkin",)})
    transcript = made.transcript.model_copy(update={"video": video})
    return made.model_copy(update={"script": made.script.model_copy(update={"transcript": transcript})})


def test_an_unfinished_file_of_a_killed_run_is_swept_away(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    left = tmp_path / ".citenote" / "base" / "russia" / ".citenote-x.tmp"
    left.parent.mkdir()
    left.touch()
    publish(tmp_path, [stalin()], POLICY)
    assert not left.exists()
