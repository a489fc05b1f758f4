"""Single keys from the terminal. What is typed ahead is not lost, and Ctrl-C interrupts as ever."""

import os
import select
import sys

import click

_ARROWS = {b"[C": "n", b"[B": "n", b"[D": "p", b"[A": "p"}


def read_key() -> str:
    """The next key; arrows as n (next) and p (previous), "q" where the terminal is gone."""
    if sys.platform == "win32":
        return click.getchar()
    import termios  # noqa: PLC0415 - not there on Windows
    import tty  # noqa: PLC0415 - as above

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSADRAIN)
        key = os.read(terminal, 1)
        if key == b"\x1b":
            rest = os.read(terminal, 2) if select.select([terminal], [], [], 0.05)[0] else b""
            return _ARROWS.get(rest, "")
        return key.decode(errors="replace") if key else "q"
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
