"""Approved notes in a real repository: what is committed, what is left alone, and a clear word where it cannot be."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import CitenoteError, GitRefused, SettingsError
from pipeline.review import Desk
from pipeline.review.committing import Wish, commit_notes
from pipeline.settings import NotesPolicy, Settings
from pipeline.vault.publishing import publish
from tests.commands import ROOT
from tests.note_building import stalin
from tests.test_review_decisions import number
from tests.test_vault_merging import told_anew
from tests.test_vault_writing import COUP, RISE, engines

POLICY = NotesPolicy(min_claims=1)


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own, so that no settings of this machine's git count."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\nname = Ann Reader\nemail = ann@example.org\nuseConfigOnly = true\n[init]\ndefaultBranch = main\n"
    )
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault in a folder of a repository, with a file of the person's beside it."""
    root = tmp_path / "repo"
    vault = root / "notes" / "vault"
    publish(vault, [stalin(), engines()], POLICY)
    git(root, "init", "-q")
    (root / "README").write_text("mine\n")
    git(root, "add", "README")
    git(root, "commit", "-q", "-m", "begin")
    return vault


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def desk(vault: Path) -> Desk:
    return Desk(Settings(vault=vault, notes=POLICY), "Ann Reader <ann@example.org>")


def approved(vault: Path, *notes: str) -> Desk:
    one = desk(vault)
    for note in notes:
        one.approve(note)
    return one


def state(vault: Path) -> tuple[str, str, str]:
    """What a refusal must leave as it is: where the head is, the branches, what is staged and changed."""
    head = vault / git(vault, "rev-parse", "--git-path", "HEAD")
    return head.read_text(), git(vault, "for-each-ref"), git(vault, "status", "--porcelain")


def refused(vault: Path, message: str, kind: type[CitenoteError] = SettingsError, **wish: object) -> None:
    before = state(vault)
    with pytest.raises(kind, match=message):
        commit_notes(desk(vault), Wish.model_validate(wish))
    assert state(vault) == before


def test_exactly_our_files_are_committed_with_what_proves_them(vault: Path) -> None:
    root = vault.parents[1]
    (root / "README").write_text("staged\n")
    git(root, "add", "README")
    (root / "draft.txt").write_text("mine\n")
    one = approved(vault, RISE)
    one.reject(RISE, [one.note(RISE).claims[0].id])
    one.edit(RISE, number(one, RISE, "took no part"), "Stalin took no part in World War I")
    one.approve(RISE)
    done = commit_notes(one, Wish())
    names = git(root, "show", "--name-only", "--format=", "HEAD").splitlines()
    assert sorted(names) == sorted(f"notes/vault/{f}" for f in done.files)
    assert {f for f in done.files if not f.startswith(".")} == {RISE, "the_nature_of_power.md", "lexfridman.md"}
    assert ".citenote/proofs/oCkkjnpS2f8.json" in done.files
    assert ".citenote/reviews/oCkkjnpS2f8.json" in done.files
    assert git(root, "diff", "--cached", "--name-only") == "README"
    assert "?? draft.txt" in git(root, "status", "--porcelain")
    assert {r.page: r.state for r in one.queue()}[RISE] == "committed"
    assert done.untouched == 9
    refused(vault, "no note is approved")


def test_the_message_counts_and_names(vault: Path) -> None:
    one = desk(vault)
    one.reject(RISE, [one.note(RISE).claims[0].id])
    one.edit(RISE, number(one, RISE, "took no part"), "Stalin took no part in World War I")
    page = vault / RISE
    page.write_text(page.read_text().replace("ruthless and a workaholic", "ruthless and often a workaholic"))
    one.approve(RISE)
    one.approve("diesel_engines")
    commit_notes(one, Wish())
    trailers = git(vault, "log", "-1", "--format=%(trailers:only,unfold)").splitlines()
    assert trailers.count("Video-Id: oCkkjnpS2f8") == 1
    assert [t for t in trailers if t.startswith("Transcript-Digest: t1:")][1:]
    assert "Model: test" in trailers
    assert "Claims: 10 verified, 2 edited, 1 rejected" in trailers
    assert trailers[-1] == "Reviewed-by: Ann Reader <ann@example.org>"
    assert git(vault, "log", "-1", "--format=%s") == "Notes: 2 on 2 videos"
    assert git(vault, "log", "-1", "--format=%an %ae") == "Ann Reader ann@example.org"


def test_an_approved_note_with_an_open_claim_waits_unless_told(vault: Path) -> None:
    one = approved(vault, COUP)
    refused(vault, f"{COUP} is approved, and still open in it: ")
    assert commit_notes(one, Wish(doubtful=True)).files
    assert "1 doubtful" in git(vault, "log", "-1", "--format=%B")


def test_an_approved_note_with_an_open_conflict_waits(vault: Path) -> None:
    page = vault / RISE
    page.write_text(page.read_text().replace("phenomenal memory", "famous memory"))
    publish(vault, [told_anew(stalin())], POLICY)
    approved(vault, RISE)
    refused(vault, "still open in it: x")


def test_a_sentence_of_your_own_that_its_citation_does_not_say_waits(vault: Path) -> None:
    page = vault / RISE
    page.write_text(page.read_text().replace("was cunning", "was never cunning"))
    one = approved(vault, RISE)
    refused(vault, "still open in it: your sentence at 00:01:03")
    commit_notes(one, Wish(doubtful=True))
    assert "1 edited" in git(vault, "log", "-1", "--format=%B")


def test_nothing_is_changed_by_a_dry_run(vault: Path) -> None:
    one = approved(vault, RISE)
    before = state(vault)
    done = commit_notes(one, Wish(dry_run=True, branch="later"))
    assert (done.commit, done.branch) == ("", "later")
    assert RISE in done.files
    assert state(vault) == before


def test_a_vault_without_a_repository(tmp_path: Path) -> None:
    vault = tmp_path / "alone"
    publish(vault, [stalin()], POLICY)
    approved(vault, RISE)
    with pytest.raises(SettingsError, match=r"is in no git repository\n  Make one: git init"):
        commit_notes(desk(vault), Wish())


def test_the_first_commit_of_a_repository_whose_root_is_the_vault(tmp_path: Path) -> None:
    vault = tmp_path / "alone"
    publish(vault, [stalin()], POLICY)
    git(vault, "init", "-q")
    one = approved(vault, RISE)
    assert commit_notes(one, Wish(branch="notes")).branch == "notes"
    assert git(vault, "log", "--format=%s") == "Notes: Stalin's rise to power"
    assert git(vault, "branch", "--show-current") == "notes"


def test_a_new_branch_is_made_and_kept(vault: Path) -> None:
    one = approved(vault, RISE)
    commit_notes(one, Wish(branch="notes/this-week"))
    assert git(vault, "branch", "--show-current") == "notes/this-week"
    assert git(vault, "rev-parse", "notes/this-week~1") == git(vault, "rev-parse", "main")
    one.approve("diesel_engines")
    git(vault, "switch", "-q", "main")
    assert not (vault / RISE).exists()


@pytest.mark.parametrize(
    ("hook", "text"), [("pre-commit", "a page is too long"), ("commit-msg", "no ticket"), ("prepare-commit-msg", "no")]
)
@pytest.mark.parametrize("branch", [None, "new"])
def test_a_hook_that_refuses_leaves_everything_as_it_was(vault: Path, hook: str, text: str, branch: str | None) -> None:
    path = vault.parents[1] / ".git" / "hooks" / hook
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{text}' >&2\nexit 1\n")
    path.chmod(0o755)
    (vault.parents[1] / "README").write_text("staged\n")
    git(vault, "add", "../../README")
    approved(vault, RISE)
    refused(vault, text, GitRefused, branch=branch)
    path.unlink()
    assert commit_notes(desk(vault), Wish(branch=branch)).commit


def test_hooks_run_and_see_exactly_our_files(vault: Path) -> None:
    path = vault.parents[1] / ".git" / "hooks" / "pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\ngit diff --cached --name-only > seen.txt\n")
    path.chmod(0o755)
    (vault / "mine.md").write_text("mine\n")
    done = commit_notes(approved(vault, RISE), Wish())
    seen = (vault.parents[1] / "seen.txt").read_text().splitlines()
    assert sorted(seen) == sorted(f"notes/vault/{f}" for f in done.files)


def test_a_detached_head_needs_a_branch(vault: Path) -> None:
    git(vault, "checkout", "-q", "--detach")
    one = approved(vault, RISE)
    refused(vault, "the head is detached")
    assert commit_notes(one, Wish(branch="rescued")).branch == "rescued"


def test_a_merge_in_progress_is_finished_first(vault: Path) -> None:
    root = vault.parents[1]
    for branch, words in (("one", "1"), ("main", "2")):
        git(root, *(["switch", "-q", "-c", branch] if branch == "one" else ["switch", "-q", branch]))
        (root / "README").write_text(words)
        git(root, "commit", "-q", "-am", words)
    subprocess.run(["git", "merge", "-q", "one"], cwd=root, check=False, capture_output=True)
    approved(vault, RISE)
    refused(vault, "a merge is under way")


@pytest.mark.parametrize(
    ("name", "word"),
    [("CHERRY_PICK_HEAD", "a cherry-pick"), ("rebase-merge", "a rebase"), ("index.lock", "another command of git")],
)
def test_what_is_under_way_is_named(vault: Path, name: str, word: str) -> None:
    approved(vault, RISE)
    (vault.parents[1] / ".git" / name).touch()
    with pytest.raises(SettingsError, match=f"{word} is under way"):
        commit_notes(desk(vault), Wish())


def test_a_person_without_a_name_is_told_how_to_say_it(vault: Path, tmp_path: Path) -> None:
    approved(vault, RISE)
    (tmp_path / "home" / ".gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    refused(vault, "git does not know who you are")


def test_pages_that_git_ignores_are_named(vault: Path) -> None:
    (vault.parents[1] / ".gitignore").write_text(".citenote/\n")
    approved(vault, RISE)
    refused(vault, r"git ignores \.citenote/base/")


def test_a_page_that_is_no_more_leaves_the_repository_with_the_next_commit(vault: Path) -> None:
    one = approved(vault, RISE)
    one.accept(COUP, [one.note(COUP).open[0].id])
    one.approve(COUP)
    commit_notes(one, Wish())
    one.reject(COUP, [c.id for c in one.note(COUP).claims])
    one.approve(RISE)
    done = commit_notes(one, Wish())
    assert COUP in done.files
    assert COUP not in git(vault, "ls-files", ".").splitlines()


def test_a_clone_makes_the_notes_again_that_were_not_committed(vault: Path, tmp_path: Path) -> None:
    commit_notes(approved(vault, RISE), Wish())
    git(tmp_path, "clone", "-q", str(vault.parents[1]), "clone")
    clone = tmp_path / "clone" / "notes" / "vault"
    assert not (clone / COUP).exists()
    report = publish(clone, [stalin(), engines()], POLICY)
    assert report.fates.deleted == report.fates.edited == ()
    assert (clone / COUP).read_bytes() == (vault / COUP).read_bytes()
    assert (clone / RISE).read_bytes() == (vault / RISE).read_bytes()


def test_a_push_goes_to_the_remote_and_a_refused_one_keeps_the_commit(vault: Path, tmp_path: Path) -> None:
    one = approved(vault, RISE)
    refused(vault, "has no remote to push to", push=True)
    refused(vault, "has no remote to push to", push=True, branch="other")
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    git(vault, "remote", "add", "origin", str(tmp_path / "remote.git"))
    done = commit_notes(one, Wish(push=True))
    assert done.pushed == "origin"
    assert git(tmp_path / "remote.git", "rev-parse", "main") == done.commit
    git(vault, "remote", "set-url", "origin", str(tmp_path / "nowhere.git"))
    one.approve("diesel_engines")
    with pytest.raises(GitRefused, match=r"is committed on main, but was not pushed to origin"):
        commit_notes(one, Wish(push=True))
    assert git(vault, "log", "-1", "--format=%s") == "Notes: Diesel engines"


def test_a_name_that_is_none_for_a_branch(vault: Path) -> None:
    approved(vault, RISE)
    refused(vault, "is no name for a branch", branch="a..b")
    refused(vault, "is no name for a branch", branch="-x")


def test_the_workflow_and_the_hook_run_commands_that_there_are() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "check-notes.yml").read_text())
    (job,) = workflow["jobs"].values()
    assert {"pull_request"} == set(workflow[True])  # YAML reads `on` so
    lines = [step["run"] for step in job["steps"] if "run" in step]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for line in (lines[-1], f"{hook['entry']} page.md"):
        program, name, *rest = line.split()
        assert program == "citenote"
        main.commands[name].make_context(name, rest)


def test_an_edited_page_is_named_where_the_check_marks_it(vault: Path) -> None:
    page = vault / RISE
    page.write_text(page.read_text().replace("was cunning", "was never cunning"))
    done = CliRunner().invoke(main, ["check", str(page), "--format", "github"])
    assert done.exit_code == 1
    assert f"::error file={page}" in done.stdout
