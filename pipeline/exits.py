"""How a command ends: what is told of an error, and the exit code, for every door."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import click

from pipeline.errors import CitenoteError, SettingsError, StopRun, Waiting

GOOD, FINDINGS, USAGE, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130

_OUTPUT_REMEDY = "Make room where it goes, or keep its reader open."


@contextmanager
def exiting() -> Iterator[None]:
    """Errors of ours end the command with their text and the exit code of their kind."""
    try:
        yield
    except KeyboardInterrupt:
        # A second Ctrl-C: the threads still at work would be waited for, and what they paid for is stored as it comes.
        click.echo("interrupted", err=True)
        os._exit(exit_code("interrupted"))
    except CitenoteError as error:
        click.echo(f"citenote: {error}", err=True)
        sys.exit(exit_code(error.kind, findings=True))
    except OSError as error:
        if not _is_shut(sys.stdout):
            raise
        click.echo(f"citenote: standard output cannot be written ({error.strerror})\n  {_OUTPUT_REMEDY}", err=True)
        sys.exit(USAGE)


def _is_shut(output: TextIO) -> bool:
    """Whether nothing can be printed: a full disk, a reader that is gone. Then nothing more is tried."""
    try:
        os.write(output.fileno(), b"\n")  # not through the buffer, which forgets what it could not write
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        return True
    return False


def exit_code(stop: str | None, *, findings: bool = False) -> int:
    """The one place where exit codes are decided.

    Args:
        stop: the kind of the error that ended the command, or "interrupted"; None if nothing did.
        findings: whether a video failed or has too many unproved claims, or a check found errors.
    """
    codes = {SettingsError.kind: USAGE, StopRun.kind: STOPPED, Waiting.kind: STOPPED, "interrupted": INTERRUPTED}
    return codes.get(stop or "", FINDINGS if findings else GOOD)
