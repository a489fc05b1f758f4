"""Which pages the last commit holds as they are now; asked of git, because a branch may be switched at any time."""

from pathlib import Path

from pipeline.git import git, is_there


def committed_pages(vault: Path) -> frozenset[str]:
    """Paths in the vault of the files that git holds unchanged; none where there is no repository or no git."""
    if not is_there():
        return frozenset()
    why = "the state of notes is asked of it"
    listed = git(vault, ["ls-tree", "-r", "-z", "--name-only", "HEAD", "."], why=why)
    changed = git(vault, ["diff-index", "-z", "--name-only", "--relative", "HEAD", "--", "."], why=why)
    if not listed.good or not changed.good:
        return frozenset()
    return frozenset(listed.out.split("\0")) - set(changed.out.split("\0"))
