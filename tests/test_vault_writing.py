import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import NotesPolicy
from pipeline.values.note import Page
from pipeline.values.proof import Made
from pipeline.vault.conflicts import read_conflicts
from pipeline.vault.index import read_index
from pipeline.vault.ledger import LEDGER, ledger_bytes, read_ledger, written
from pipeline.vault.placing import place, write_whole
from pipeline.vault.proofs import proof_bytes, proof_for, proof_path, read_heads, read_proof
from pipeline.vault.publishing import publish
from pipeline.vault.writing import write_pages
from tests.note_building import Builder, note, plan_draft, section, settled, stalin, steps

POLICY = NotesPolicy()
RISE, COUP, VIDEO, CHANNEL = (
    "stalins_rise_to_power.md",
    "the_october_coup_of_1917.md",
    "the_nature_of_power.md",
    "lexfridman.md",
)


def page(text: str, path: str = "a.md", title: str = "A") -> Page:
    return Page(path=path, text=text, kind="note", video="v", title=title)


def snapshot(vault: Path) -> dict[str, tuple[bytes, int]]:
    files = [p for p in sorted(vault.rglob("*")) if p.is_file()]
    return {p.relative_to(vault).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


def links(vault: Path) -> Iterator[str]:
    for path in vault.glob("*.md"):
        yield from re.findall(r"\[\[([^\]|]+?)(?: \||\]\])", path.read_text())


def dangling(vault: Path) -> set[str]:
    return {link for link in links(vault) if not (vault / f"{link}.md").exists()}


def engines(
    title: str = "Diesel engines", video: str = "v2", channel: str = "lexfridman", talk: str = "On engines"
) -> Made:
    """A second video, with a note of this title, that speaks of the first one's subject."""
    b = Builder()
    one = b.claim("Diesel engines came to Russia in the seizure of power", "Diesel engines")
    two = b.claim("Diesel engines are efficient", "Diesel engines")
    three = b.claim("Diesel engines are loud", "Diesel engines")
    script = b.script(video=video, channel=channel, title=talk)
    outline = b.outline(script)
    plan = settled(plan_draft(note(title, steps(one), section("More", steps(two, three)))), outline)
    return Made(script=script, outline=outline, plan=plan, model="test")


def test_a_run_writes_notes_pages_and_proofs(tmp_path: Path) -> None:
    report = publish(tmp_path, [stalin()], POLICY)
    assert report.fates.written == (CHANNEL, RISE, VIDEO, COUP)
    assert report.videos[0].notes == (RISE, COUP)
    assert report.videos[0].page == VIDEO
    assert report.proofs_written == 1
    assert not dangling(tmp_path)
    assert "[[stalins_rise_to_power | Joseph Stalin]]" in (tmp_path / COUP).read_text()


def test_the_second_run_writes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    before = snapshot(tmp_path)
    report = publish(tmp_path, [stalin(), engines()], POLICY)
    assert snapshot(tmp_path) == before
    assert report.fates.written == report.fates.removed == ()
    assert report.proofs_written == 0


def test_one_run_or_two_give_the_same_vault_in_the_end(tmp_path: Path) -> None:
    publish(tmp_path / "one", [stalin(), engines()], POLICY)
    for made in ([engines()], [stalin()], [engines()], [stalin()]):
        publish(tmp_path / "two", made, POLICY)
    assert {n: b for n, (b, _) in snapshot(tmp_path / "one").items()} == {
        n: b for n, (b, _) in snapshot(tmp_path / "two").items()
    }
    assert not dangling(tmp_path / "two")


def test_videos_link_to_each_other_and_to_what_was_there(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    publish(tmp_path, [engines()], POLICY)
    assert "[[the_october_coup_of_1917 | seizure of power]]" in (tmp_path / "diesel_engines.md").read_text()
    channel = (tmp_path / CHANNEL).read_text()
    assert all(
        name in channel
        for name in ("[[the_nature_of_power |", "[[on_engines |", "[[diesel_engines |", "[[stalins_rise_to_power |")
    )


def test_a_page_edited_by_hand_is_never_overwritten(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    edited = (tmp_path / RISE).read_bytes() + b"My own words.\n"
    (tmp_path / RISE).write_bytes(edited)
    report = publish(tmp_path, [stalin()], POLICY)
    assert report.fates.edited == (RISE,)
    assert (tmp_path / RISE).read_bytes() == edited
    assert not (tmp_path / f"{RISE}.new").exists()  # our text is what it was
    report = publish(tmp_path, [_renamed(stalin())], POLICY)
    assert report.fates.merged == (RISE,)
    assert (tmp_path / RISE).read_bytes() == edited.replace(b"Stephen Kotkin", b"Steve Kotkin")


def _renamed(made: Made) -> Made:
    """The same talk by a speaker of another name, so that other pages come out."""
    video = made.transcript.video.model_copy(update={"speakers": ("Steve Kotkin",)})
    transcript = made.transcript.model_copy(update={"video": video})
    return made.model_copy(update={"script": made.script.model_copy(update={"transcript": transcript})})


def test_what_earlier_versions_put_beside_a_page_goes_when_the_page_is_ours(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    (tmp_path / f"{RISE}.new").write_bytes(b"old")
    publish(tmp_path, [stalin()], POLICY)
    assert not (tmp_path / f"{RISE}.new").exists()


def test_a_page_that_we_never_wrote_counts_as_edited(tmp_path: Path) -> None:
    (tmp_path / RISE).write_text("---\ntitle: Stalin's rise to power\nvideoId: oCkkjnpS2f8\n---\n\nNot ours.\n")
    report = publish(tmp_path, [stalin()], POLICY)
    assert report.fates.edited == (RISE,)
    assert report.fates.conflicted == (RISE,)
    assert "Not ours." in (tmp_path / RISE).read_text()
    (conflict,) = read_conflicts(tmp_path)[RISE]
    assert "Stephen Kotkin" in conflict.new


def test_a_stranger_with_our_name_gets_out_of_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "Stalins_Rise_To_Power.md").write_text("A diary.\n")
    report = publish(tmp_path, [stalin()], POLICY)
    assert report.videos[0].notes[0] == "stalins_rise_to_power_lexfridman.md"
    assert (tmp_path / "Stalins_Rise_To_Power.md").read_text() == "A diary.\n"


def test_two_videos_with_one_title_do_not_overwrite_each_other(tmp_path: Path) -> None:
    report = publish(tmp_path, [engines(), engines(video="v3", talk="More on engines")], POLICY)
    assert [v.notes for v in report.videos] == [("diesel_engines.md",), ("diesel_engines_lexfridman.md",)]
    again = publish(tmp_path, [engines(video="v3", talk="More on engines"), engines()], POLICY)
    assert [v.notes for v in again.videos] == [("diesel_engines_lexfridman.md",), ("diesel_engines.md",)]
    assert not dangling(tmp_path)


def test_one_title_for_a_note_its_video_and_its_channel(tmp_path: Path) -> None:
    made = engines(title="Diesel engines", channel="Diesel engines", talk="Diesel engines")
    publish(tmp_path, [made], POLICY)
    assert {p.name for p in tmp_path.glob("*.md")} == {
        "diesel_engines.md",
        "diesel_engines_diesel_engines.md",
        "diesel_engines_video.md",
    }
    assert not dangling(tmp_path)


def test_a_deleted_page_stays_deleted_and_nothing_links_to_it(tmp_path: Path) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    (tmp_path / COUP).unlink()
    report = publish(tmp_path, [stalin()], POLICY)
    assert not (tmp_path / COUP).exists()
    assert COUP not in {*report.fates.written, *report.videos[0].notes}
    assert "seizure of power" in (tmp_path / "diesel_engines.md").read_text()
    assert not dangling(tmp_path)
    before = snapshot(tmp_path)
    publish(tmp_path, [stalin()], POLICY)
    assert snapshot(tmp_path) == before


def test_a_page_moved_into_a_folder_is_still_linked_to(tmp_path: Path) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    write_whole(tmp_path / "russia" / COUP, (tmp_path / COUP).read_bytes())
    (tmp_path / COUP).unlink()
    publish(tmp_path, [stalin(), engines()], POLICY)
    assert not (tmp_path / COUP).exists()
    assert "[[the_october_coup_of_1917 |" in (tmp_path / "diesel_engines.md").read_text()


def test_an_emptied_vault_is_begun_anew(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    for path in tmp_path.glob("*.md"):
        path.unlink()
    assert len(publish(tmp_path, [stalin()], POLICY).fates.written) == 4


def test_a_topic_that_is_no_more_is_removed_with_the_links_to_it(tmp_path: Path) -> None:
    publish(tmp_path, [engines("Diesel engines"), _linking_to_diesel()], POLICY)
    assert "[[diesel_engines" in (tmp_path / "war_engines.md").read_text()
    report = publish(tmp_path, [engines("Efficient Diesel engines")], POLICY)
    assert report.fates.removed == ("diesel_engines.md",)
    assert not dangling(tmp_path)
    assert "Diesel engines" in (tmp_path / "war_engines.md").read_text()


def _linking_to_diesel() -> Made:
    b = Builder()
    one = b.claim("The war was won by Diesel engines", "The war")
    script = b.script(video="v4", channel="other", title="War talk")
    outline = b.outline(script)
    return Made(
        script=script, outline=outline, plan=settled(plan_draft(note("War engines", steps(one))), outline), model="test"
    )


def test_an_edited_page_outlives_its_topic(tmp_path: Path) -> None:
    publish(tmp_path, [engines("Diesel engines")], POLICY)
    (tmp_path / "diesel_engines.md").write_text("mine")
    report = publish(tmp_path, [engines("Efficient Diesel engines")], POLICY)
    assert report.fates.removed == ()
    assert (tmp_path / "diesel_engines.md").read_text() == "mine"


def test_a_video_that_changed_its_channel_leaves_the_old_one(tmp_path: Path) -> None:
    publish(tmp_path, [stalin(), engines()], POLICY)
    publish(tmp_path, [engines(channel="elsewhere")], POLICY)
    assert "diesel_engines" not in (tmp_path / CHANNEL).read_text()
    assert "diesel_engines" in (tmp_path / "elsewhere.md").read_text()
    publish(tmp_path, [engines(channel="lexfridman")], POLICY)
    assert not (tmp_path / "elsewhere.md").exists()


def test_a_video_without_channel_or_title_still_has_pages(tmp_path: Path) -> None:
    publish(tmp_path, [engines(channel="", talk="")], POLICY)
    assert {p.name for p in tmp_path.glob("*.md")} == {"diesel_engines.md", "v2.md"}
    assert "From: [[v2]] <br/>" in (tmp_path / "diesel_engines.md").read_text()


def test_of_two_transcripts_with_one_id_the_first_counts(tmp_path: Path) -> None:
    made = [engines("First Diesel engines"), _linking_to_diesel(), engines("Second Diesel engines")]
    report = publish(tmp_path, made, POLICY)
    assert [v.notes for v in report.videos] == [("first_diesel_engines.md",), ("war_engines.md",)]


@pytest.mark.parametrize("after", range(1, 8))
def test_a_kill_at_any_moment_leaves_nothing_that_looks_like_a_persons_work(tmp_path: Path, after: int) -> None:
    """The first `after` files that a run would write are there, the others are as before."""
    done, vault = tmp_path / "done", tmp_path / "vault"
    publish(vault, [stalin()], POLICY)
    publish(done, [stalin()], POLICY)
    news = [_renamed(stalin()), engines()]
    publish(done, news, POLICY)
    old, new = read_ledger(vault), read_ledger(done)
    changed = [n for n in sorted(new) if (done / n).read_bytes() != ((vault / n).read_bytes() if n in old else b"")]
    intended = {
        n: r.model_copy(update={"pending": True, "before": old[n].digest if n in old else None})
        for n, r in new.items()
        if n in changed
    }
    write_whole(vault / LEDGER, ledger_bytes(old | intended))
    for name in changed[:after]:
        write_whole(vault / name, (done / name).read_bytes())
    report = publish(vault, news, POLICY)
    assert report.fates.edited == report.fates.deleted == ()
    assert {n: b for n, (b, _) in snapshot(vault).items()} == {n: b for n, (b, _) in snapshot(done).items()}


@pytest.mark.parametrize("path", ["../out.md", "/etc/x.md", "a/../../b.md", "..\\b.md", "c:x.md", ""])
def test_no_page_leaves_the_vault(tmp_path: Path, path: str) -> None:
    with pytest.raises(SettingsError, match="no place"):
        write_pages(tmp_path / "vault", [page("x", path)])


def test_no_page_is_written_through_a_link(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (tmp_path / "victim.md").write_text("precious")
    (vault / "a.md").symlink_to(tmp_path / "victim.md")
    (vault / "folder").symlink_to(tmp_path)
    for path in ("a.md", "folder/victim.md"):
        with pytest.raises(SettingsError, match="symbolic link"):
            write_pages(vault, [page("x", path)])
    assert (tmp_path / "victim.md").read_text() == "precious"


def test_writing_is_whole_and_leaves_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "a.md"
    assert write_whole(target, b"one")
    target.chmod(0o640)
    before = target.stat().st_mtime_ns
    assert not write_whole(target, b"one")
    assert target.stat().st_mtime_ns == before
    assert write_whole(target, b"two")
    assert target.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.md"]
    with pytest.raises(IsADirectoryError):
        write_whole(_folder(tmp_path / "d"), b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.md", "d"]


def _folder(path: Path) -> Path:
    path.mkdir()
    (path / "f").touch()
    return path


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    for damage in ("{", "[]", '{"format": 1, "pages": {"a.md": {}}}', '{"format": 9, "pages": {}}'):
        write_whole(tmp_path / LEDGER, damage.encode())
        with pytest.raises(SettingsError, match=r"pages\.json"):
            read_ledger(tmp_path)


def test_the_ledger_reads_back(tmp_path: Path) -> None:
    records = {"b.md": written(page("x")), "ä.md": written(page("y", title='"'))}
    write_whole(tmp_path / LEDGER, ledger_bytes(records))
    assert read_ledger(tmp_path) == records


def test_the_index_knows_any_vault(tmp_path: Path) -> None:
    write_whole(
        tmp_path / "sub" / "a.md",
        b"\xef\xbb\xbf---\r\ntitle: 'A: b'\r\nvideoId: 1e234567890\r\naliases: [x, y]\r\n---\r\nBody",
    )
    write_whole(tmp_path / "b.md", b"no front matter")
    write_whole(tmp_path / "c.md", b"---\ntitle: [broken\n---\n")
    write_whole(tmp_path / ".obsidian" / "d.md", b"---\ntitle: hidden\n---\n")
    (tmp_path / "e.md").symlink_to(tmp_path / "b.md")
    found = {e.path: e for e in read_index(tmp_path)}
    assert set(found) == {"b.md", "c.md", "sub/a.md"}
    assert found["sub/a.md"].model_dump() == {
        "path": "sub/a.md",
        "kind": "note",
        "title": "A: b",
        "video": "1e234567890",
        "aliases": ("x", "y"),
    }
    assert found["b.md"].kind is None
    assert read_index(tmp_path / "none") == ()


def test_a_proof_reads_back_and_repeats(tmp_path: Path) -> None:
    made = stalin()
    publish(tmp_path, [made], POLICY)
    proof = proof_for(tmp_path, "oCkkjnpS2f8")
    assert proof is not None
    assert proof.outline == made.outline
    assert proof.plan == made.plan
    assert proof.transcript == made.transcript
    assert [n.slug for n in proof.notes] == ["stalins_rise_to_power", "the_october_coup_of_1917"]
    assert (tmp_path / proof_path("oCkkjnpS2f8")).read_bytes() == proof_bytes(proof)
    assert read_heads(tmp_path)[0].notes == proof.notes
    assert proof_for(tmp_path, "other") is None


def test_a_proof_whose_transcript_was_changed_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, [stalin()], POLICY)
    path = tmp_path / proof_path("oCkkjnpS2f8")
    path.write_text(path.read_text().replace("phenomenal", "poor"))
    with pytest.raises(SettingsError, match="changed"):
        read_proof(path)
    path.write_text("{}")
    with pytest.raises(SettingsError, match="not a proof"):
        read_proof(path)


def test_a_plain_id_names_its_proof() -> None:
    assert proof_path("-kZ_tNsBM54") == ".citenote/proofs/-kZ_tNsBM54.json"
    assert proof_path("con") != ".citenote/proofs/con.json"


@pytest.mark.parametrize("video", ["../../x", "a/b", "con", "", ".", "x" * 300, "日本", "A\u0000"])
def test_any_id_makes_a_safe_proof_name(tmp_path: Path, video: str) -> None:
    path = place(tmp_path, proof_path(video))
    assert path.parent == tmp_path / ".citenote" / "proofs"
    assert len(path.name.encode()) < 255
