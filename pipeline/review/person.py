"""Who reviews: the person whom git knows in the vault, else whoever is logged in."""

import getpass
from pathlib import Path

from pipeline.git import git, is_there


def reviewer(vault: Path) -> str:
    """`Name <address>` as git would sign a commit in the vault; the name of the login where git does not know."""
    if is_there() and vault.is_dir():
        why = "your name is asked of it"
        said = [git(vault, ["config", key], why=why).out.strip() for key in ("user.name", "user.email")]
        if all(said):
            return f"{said[0]} <{said[1]}>"
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return "unknown"
