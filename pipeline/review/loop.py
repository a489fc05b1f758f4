"""The review at the keyboard: draws what the desk shows, and hands it what was decided."""

import sys
from collections.abc import Callable

import click
import regex

from pipeline.errors import SettingsError
from pipeline.review.clocks import milliseconds
from pipeline.review.desk import Desk
from pipeline.review.drawing import claim_text, conflict_text, heading_text, in_short, undone_text
from pipeline.review.keys import read_key
from pipeline.review.verifying import unproved_claim
from pipeline.review.views import ClaimView, NoteView

KEYS = (
    "a accept   e edit   m move   r reject   v accept all that is verified   y approve the note\n"
    "n next   p previous   s next note   u undo   ? keys   q quit"
)
_CONFLICT_KEYS = "a take the new text   r keep yours   n next   s next note   u undo   q quit"


def review_all(desk: Desk) -> None:
    """The queue, note by note, until it is done or the person leaves; every decision is kept as it is made.

    Raises:
        SettingsError: there is no terminal.
    """
    if not sys.stdin.isatty():
        raise SettingsError(
            "a review needs a terminal", remedy="For scripts: citenote review list, show, accept, reject, approve."
        )
    pages = [row.page for row in desk.queue() if row.state == "draft"]
    if not pages:
        click.echo("Nothing to review: no note is a draft.")
        return
    click.echo(f"{len(pages)} notes to review.\n{KEYS}\n")
    place = 0
    while 0 <= place < len(pages):
        step = _Note(desk, pages[place]).review()
        if step == 0:
            break
        place += step
    rows = desk.queue()
    states = ", ".join(f"{sum(r.state == s for r in rows)} {s}" for s in ("draft", "approved", "committed"))
    click.echo(f"\n{len(rows)} notes: {states}.")
    if any(r.state == "approved" for r in rows):
        click.echo("Next: citenote commit")


class _Note:
    """One note on the screen, and the item that is looked at."""

    def __init__(self, desk: Desk, page: str) -> None:
        self._desk = desk
        self._page = page
        self._view = desk.note(page)
        self._at = 0

    @property
    def _items(self) -> list[str]:
        """Conflicts, then what is open, then the rest, in the order of the page."""
        claims = [c for c in self._view.claims if c.decision != "reject"]
        ordered = sorted(claims, key=lambda c: (not c.open, c.decision is not None))
        return [*self._view.conflict_ids, *(str(c.id) for c in ordered)]

    def review(self) -> int:
        """Reviews it; 1 to go on with the next note, 0 to leave."""
        click.echo("─" * 72)
        click.echo(click.style(heading_text(self._view), bold=True))
        item, items = "", self._items
        while True:
            item = items[self._at] if self._at < len(items) else ""
            self._draw(item, items)
            try:
                step = self._key(read_key(), item)
            except SettingsError as error:
                click.echo(click.style(str(error), fg="red"))
                continue
            if step is not None:
                return step
            shown = self._items  # the order stays while the note is looked at, but for what came or went
            items = [i for i in items if i in shown] + [i for i in shown if i not in items]
            self._at = min(self._at, len(items))

    def _draw(self, item: str, items: list[str]) -> None:
        click.echo()
        if not item:
            click.echo(f"{in_short(self._view)}\nThat is all of this note.  y approve   p back   s next note   q quit")
            return
        click.echo(click.style(f"{items.index(item) + 1} of {len(items)}", dim=True))
        conflict = next((c for c in self._view.conflicts if c.id == item), None)
        if conflict:
            click.echo(f"{conflict_text(conflict)}\n{_CONFLICT_KEYS}")
            return
        told = claim_text(self._claim(item))
        click.echo(regex.sub(r"«.*?»", lambda m: click.style(m[0], bold=True), told))

    def _claim(self, item: str) -> ClaimView:
        return next(c for c in self._view.claims if str(c.id) == item)

    def _key(self, key: str, item: str) -> int | None:
        """Does what a key says; a step to another note, or None to stay."""
        plain: dict[str, Callable[[], int | None]] = {
            "q": lambda: 0,
            "\x04": lambda: 0,
            "s": lambda: 1,
            "n": lambda: self._go(1),
            " ": lambda: self._go(1),
            "p": lambda: self._go(-1),
            "u": self._undo,
            "v": self._verified,
            "y": self._approve,
        }
        deciding: dict[str, Callable[[str], None]] = {
            "a": self._accept,
            "r": self._reject,
            "e": self._edit,
            "m": self._move,
        }
        if key in plain:
            return plain[key]()
        if key in deciding and item:
            deciding[key](item)
        else:
            click.echo(KEYS)
        return None

    def _go(self, step: int) -> None:
        self._at = max(0, self._at + step)

    def _undo(self) -> None:
        click.echo(undone_text(self._desk.undo()))
        self._view = self._desk.note(self._page)

    def _verified(self) -> None:
        self._view = self._desk.accept_verified(self._page)
        click.echo(in_short(self._view))
        self._at = 0 if self._view.open or self._view.conflicts else len(self._items)

    def _approve(self) -> int:
        self._view = self._desk.approve(self._page)
        click.echo(in_short(self._view))
        return 1

    def _accept(self, item: str) -> None:
        self._view = self._desk.accept_all(self._page, [item])
        click.echo("accepted")
        self._go(0 if item.startswith("x") else 1)

    def _reject(self, item: str) -> None:
        is_conflict = item.startswith("x")
        reason = "" if is_conflict else click.prompt("why (for the next run)", default="", show_default=False)
        self._view = self._desk.reject_all(self._page, [item], reason)
        click.echo("your words stay" if is_conflict else "rejected")

    def _edit(self, item: str) -> None:
        if item.startswith("x"):
            click.echo(_CONFLICT_KEYS)
            return
        words = edited_text(self._view, int(item))
        if words is None:
            click.echo("not changed")
            return
        self._view = self._desk.edit(self._page, int(item), words)
        click.echo(unproved_claim(self._claim(item)) or "edited, and verified")

    def _move(self, item: str) -> None:
        if item.startswith("x"):
            click.echo(_CONFLICT_KEYS)
            return
        time = click.prompt("cite it at (HH:MM:SS)", default="", show_default=False)
        if not time:
            return
        self._view = self._desk.move(self._page, int(item), milliseconds(time))
        click.echo(unproved_claim(self._claim(item)) or "moved, and verified")


def edited_text(view: NoteView, number: int) -> str | None:
    """A claim as the person leaves it in $EDITOR; None where it was not changed.

    Raises:
        SettingsError: the note has no such claim, or the editor cannot be started.
    """
    claim = view.claim(number)
    if claim is None:
        raise SettingsError(f"{view.page}: it has no claim {number}", remedy="See: citenote review show NOTE.")
    said = "\n".join(f"# [{c.time}] {c.before} {c.quote} {c.after}" for c in claim.evidence)
    try:
        left = click.edit(
            f"{claim.text}\n\n# What is said there; lines with # are left out:\n{said}\n", extension=".md"
        )
    except click.ClickException as error:
        raise SettingsError(error.format_message(), remedy="Set EDITOR, or use --text.") from error
    words = " ".join(line for line in (left or "").splitlines() if not line.startswith("#")).strip()
    return words if words and words != claim.text else None
