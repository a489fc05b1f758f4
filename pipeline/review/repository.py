"""The git repository of a vault: whether a commit may be made, and one made of exactly our files.

The commit is prepared in an index of its own, as `git commit --only` does: what the person staged stays staged, and
when a hook refuses, nothing was changed. A branch that was made for it is removed again.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import GitRefused, SettingsError
from pipeline.git import Ran, git

WHY = "notes are committed with it"
_UNDER_WAY = {
    "MERGE_HEAD": ("a merge", "git merge --continue or --abort"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick --continue or --abort"),
    "REVERT_HEAD": ("a revert", "git revert --continue or --abort"),
    "rebase-merge": ("a rebase", "git rebase --continue or --abort"),
    "rebase-apply": ("a rebase", "git rebase --continue or --abort"),
    "index.lock": ("another command of git", "wait for it; if none runs, remove index.lock in the git folder"),
}


_LISTED = ("--pathspec-from-file=-", "--pathspec-file-nul")


@dataclass(frozen=True)
class Repository:
    """The repository that a folder lies in."""

    folder: Path

    def run(self, *words: str, stdin: str | None = None, index: Path | None = None) -> Ran:
        """One command in the folder."""
        return git(self.folder, words, why=WHY, stdin=stdin, index=index)

    @property
    def branch(self) -> str | None:
        """The branch that is checked out; None on a detached head."""
        said = self.run("symbolic-ref", "-q", "--short", "HEAD")
        return said.out.strip() if said.good else None

    @property
    def head(self) -> str | None:
        """The last commit; None before the first."""
        said = self.run("rev-parse", "-q", "--verify", "HEAD")
        return said.out.strip() if said.good else None

    def expect_ready(self) -> None:
        """Raises SettingsError with a word for each state in which no commit of ours should be made."""
        inside = self.run("rev-parse", "--is-inside-work-tree")
        if not inside.good or inside.out.strip() != "true":
            if "dubious ownership" in inside.err:
                raise SettingsError(f"{self.folder}: {inside.err.strip()}", remedy="Then commit again.")
            raise SettingsError(
                f"{self.folder} is in no git repository",
                remedy=f"Make one: git init {self.folder} (or a folder above).",
            )
        for name, (what, how) in _UNDER_WAY.items():
            path = self.run("rev-parse", "--git-path", name).out.strip()
            if (self.folder / path).exists():
                raise SettingsError(f"{what} is under way in the repository", remedy=f"Finish it first: {how}.")
        if self.run("ls-files", "-u").out.strip():
            raise SettingsError("the repository has files in conflict", remedy="Resolve them, then git add them.")
        author = self.run("var", "GIT_AUTHOR_IDENT")
        if not author.good:
            raise SettingsError(
                "git does not know who you are",
                remedy='Tell it: git config --global user.name "Your Name", and user.email with your address.',
            )

    def expect_free(self, files: Sequence[str]) -> None:
        """Raises SettingsError where .gitignore keeps one of the files out."""
        said = self.run("check-ignore", "-z", "--stdin", stdin="".join(f"{f}\0" for f in files))
        ignored = [f for f in said.out.split("\0") if f]
        if ignored:
            raise SettingsError(
                f"git ignores {ignored[0]}" + (f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""),
                remedy="Take the rule out of .gitignore, or except them with a line that begins with !.",
            )

    def remote_of(self, branch: str) -> str:
        """Where a branch is pushed to. Raises SettingsError where there is no remote."""
        configured = self.run("config", f"branch.{branch}.remote").out.strip()
        remotes = self.run("remote").out.split()
        found = configured or ("origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else "")
        if not found:
            what = "has several remotes, none of them called origin" if remotes else "has no remote to push to"
            raise SettingsError(
                f"the repository {what}", remedy="Commit without --push, or: git remote add origin URL."
            )
        return found

    @contextmanager
    def on(self, branch: str | None) -> Iterator[str]:
        """The branch to commit on; when the commit fails, the repository is as it was.

        Raises:
            SettingsError: the name is none, or the head is detached and no branch was named.
            GitRefused: it exists and cannot be switched to.
        """
        before, head = self.branch, self.head
        if branch is None or branch == before:
            if before is None:
                raise SettingsError(
                    "the head is detached: a commit would be on no branch", remedy="Name one with --branch NAME."
                )
            yield before
            return
        if not self.run("check-ref-format", "--branch", branch).good:
            raise SettingsError(f"{branch!r} is no name for a branch", remedy="Name it like notes/this-week.")
        made = not self.run("show-ref", "--verify", "-q", f"refs/heads/{branch}").good
        self._switch(branch, made=made, born=head is not None)
        with ExitStack() as undoing:
            if made and head is not None:
                undoing.callback(self.run, "branch", "-q", "-D", branch)
            undoing.callback(self._back, before, head)
            yield branch
            undoing.pop_all()

    def _switch(self, branch: str, *, made: bool, born: bool) -> None:
        if not born:
            said = self.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        else:
            said = self.run("switch", "-q", *(["-c"] if made else []), branch)
        if not said.good:
            raise GitRefused(f"git does not switch to {branch}: {said.said}", remedy="Nothing was committed.")

    def _back(self, before: str | None, head: str | None) -> None:
        if before is None:
            self.run("switch", "-q", "--detach", str(head))
        elif head is None:
            self.run("symbolic-ref", "HEAD", f"refs/heads/{before}")
        else:
            self.run("switch", "-q", before)

    def commit(self, files: Sequence[str], message: str) -> str | None:
        """A commit of exactly these files as they are, and its id; None where the last one has them so already.

        Raises:
            GitRefused: a hook, a signature or git itself said no; nothing was changed.
        """
        paths = "".join(f"{f}\0" for f in files)
        with tempfile.TemporaryDirectory(prefix="citenote-") as folder:
            index = Path(folder, "index")
            self._do("read-tree", *(["HEAD"] if self.head else ["--empty"]), index=index)
            self._do("--literal-pathspecs", "add", "-A", *_LISTED, stdin=paths, index=index)
            if self.head and self.run("diff-index", "--cached", "--quiet", "HEAD", index=index).good:
                return None
            said = self.run("commit", "-q", "--cleanup=whitespace", "-F", "-", stdin=message, index=index)
            if not said.good:
                raise GitRefused(
                    f"git did not commit: {said.said or 'a hook refused, without a word'}",
                    remedy="Nothing was committed. Mend what it says, then commit again.",
                )
        made = str(self.head)
        told = self.run("--literal-pathspecs", "reset", "-q", *_LISTED, stdin=paths)
        if not told.good:
            raise GitRefused(
                f"{made[:12]} was committed, but git's index could not follow: {told.said}", remedy="Run: git reset"
            )
        return made

    def _do(self, *words: str, stdin: str | None = None, index: Path | None = None) -> None:
        said = self.run(*words, stdin=stdin, index=index)
        if not said.good:
            raise GitRefused(f"git could not prepare the commit: {said.said}", remedy="Nothing was committed.")

    def push(self, remote: str, branch: str, commit: str) -> None:
        """Pushes a branch. Raises GitRefused; the commit stays."""
        said = self.run("push", "-q", "-u", remote, f"refs/heads/{branch}:refs/heads/{branch}")
        if not said.good:
            raise GitRefused(
                f"{commit[:12]} is committed on {branch}, but was not pushed to {remote}: {said.said}",
                remedy=f"Then: git push {remote} {branch}",
            )

    def tracked(self) -> frozenset[str]:
        """The files below the folder that the last commit holds."""
        said = self.run("ls-tree", "-r", "-z", "--name-only", "HEAD", ".")
        return frozenset(said.out.split("\0")) - {""} if said.good else frozenset()

    def changed(self) -> int:
        """How many files of the whole repository differ from the last commit or are new to it."""
        said = self.run("status", "--porcelain", "-z", "--untracked-files=normal", "--no-renames")
        return said.out.count("\0")
