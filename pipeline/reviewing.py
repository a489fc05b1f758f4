"""The doors of a review and of a commit: options in, text or JSON out. Every rule stands in `pipeline.review`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.exits import GOOD, exit_code, exiting

if TYPE_CHECKING:
    from pipeline.review import Desk, NoteView

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_CONFIG = click.option(
    "--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there."
)
_VAULT = click.option("--vault", type=_FOLDER, help="Folder of the notes, instead of the one in the settings.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
_CLAIMS = click.argument("claims", nargs=-1, metavar="[CLAIM]...")


def _desk(config: Path | None, vault: Path | None) -> "Desk":
    from pipeline.review import Desk  # noqa: PLC0415 - `citenote --help` stays quick
    from pipeline.review.person import reviewer  # noqa: PLC0415 - as above
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    settings = settings_for(config, Path())
    settings = settings.model_copy(update={"vault": vault}) if vault else settings
    return Desk(settings, reviewer(settings.vault))


def _tell(view: "NoteView", *, as_json: bool, brief: bool = True) -> None:
    from pipeline.review.drawing import as_text, in_short  # noqa: PLC0415 - as above

    click.echo(view.model_dump_json().encode() if as_json else in_short(view) if brief else as_text(view))


def _door(command: Callable[..., Any]) -> Callable[..., Any]:
    return _CONFIG(_VAULT(_JSON(command)))


@click.group(invoke_without_command=True)
@_CONFIG
@_VAULT
@click.pass_context
def review(context: click.Context, config: Path | None, vault: Path | None) -> None:
    """Decide about notes and their claims, with the keyboard; or by the commands below, for scripts.

    NOTE is the path, the file name or the title of a note; CLAIM a number that `show` gives. Each decision is on disk,
    and on the page, when a command ends.
    """
    if context.invoked_subcommand is None:
        from pipeline.review.loop import review_all  # noqa: PLC0415 - as above

        with exiting():
            review_all(_desk(config, vault))


@review.command("list")
@_door
def list_notes(config: Path | None, vault: Path | None, *, as_json: bool) -> None:
    """All notes with their state, those that need a person most first."""
    from pipeline.review.drawing import queue_json, queue_text  # noqa: PLC0415 - as above

    with exiting():
        rows = _desk(config, vault).queue()
        click.echo(queue_json(rows) if as_json else queue_text(rows))


@review.command()
@click.argument("note")
@_door
def show(note: str, config: Path | None, vault: Path | None, *, as_json: bool) -> None:
    """A note's claims with their evidence, what is wrong with them, your own sentences, open conflicts."""
    with exiting():
        _tell(_desk(config, vault).note(note), as_json=as_json, brief=False)


@review.command()
@click.argument("note")
@_CLAIMS
@click.option("--verified", is_flag=True, help="All claims that are proved.")
@_door
def accept(note: str, claims: tuple[str, ...], config: Path | None, vault: Path | None, **options: bool) -> None:
    """Claims stand as they are. Of a conflict (x…): our new text takes the place of yours."""
    with exiting():
        desk = _desk(config, vault)
        view = desk.accept_verified(note) if options["verified"] else desk.note(note)
        view = desk.accept_all(note, claims) if claims else view
        _tell(view, as_json=options["as_json"])


@review.command()
@click.argument("note")
@_CLAIMS
@click.option("--reason", default="", help="Why; it is told to the model that outlines the video next.")
@_door
def reject(
    note: str, claims: tuple[str, ...], reason: str, config: Path | None, vault: Path | None, **options: bool
) -> None:
    """Claims leave the note and do not come back. Of a conflict (x…): your words stay."""
    with exiting():
        _tell(_desk(config, vault).reject_all(note, claims, reason), as_json=options["as_json"])


@review.command()
@click.argument("note")
@click.argument("claim", type=int)
@click.option("--text", help="The new words; without it $EDITOR opens.")
@_door
def edit(note: str, claim: int, text: str | None, config: Path | None, vault: Path | None, **options: bool) -> None:
    """A claim in other words; they are verified at once."""
    from pipeline.review.loop import edited_text  # noqa: PLC0415 - as above

    with exiting():
        desk = _desk(config, vault)
        words = text if text is not None else edited_text(desk.note(note), claim)
        _tell(desk.edit(note, claim, words) if words else desk.note(note), as_json=options["as_json"])


@review.command()
@click.argument("note")
@click.argument("claim", type=int)
@click.argument("time", metavar="HH:MM:SS")
@_door
def move(note: str, claim: int, time: str, config: Path | None, vault: Path | None, **options: bool) -> None:
    """A claim cited at another time; it is verified there at once."""
    from pipeline.review.clocks import milliseconds  # noqa: PLC0415 - as above

    with exiting():
        _tell(_desk(config, vault).move(note, claim, milliseconds(time)), as_json=options["as_json"])


@review.command()
@click.argument("notes", nargs=-1, metavar="[NOTE]...")
@click.option("--all", "everything", is_flag=True, help="All drafts with nothing open.")
@_door
def approve(
    notes: tuple[str, ...], config: Path | None, vault: Path | None, *, everything: bool, as_json: bool
) -> None:
    """Notes are good as their pages are now."""
    from pipeline.review.drawing import queue_json, queue_text  # noqa: PLC0415 - as above

    with exiting():
        desk = _desk(config, vault)
        for note in notes:
            _tell(desk.approve(note), as_json=as_json)
        if everything:
            rows = desk.approve_all()
            click.echo(queue_json(rows) if as_json else queue_text(rows))


@review.command()
@_door
def undo(config: Path | None, vault: Path | None, *, as_json: bool) -> None:
    """Take back what was decided last."""
    from pipeline.review.drawing import undone_json, undone_text  # noqa: PLC0415 - as above

    with exiting():
        entry = _desk(config, vault).undo()
        click.echo(undone_json(entry) if as_json else undone_text(entry))
        sys.exit(exit_code(None, findings=entry is None))


@click.command()
@click.option("--branch", metavar="NAME", help="Commit on this branch; made from here if it does not exist.")
@click.option("--push", is_flag=True, help="Push the branch afterwards.")
@click.option("--doubtful", is_flag=True, help="Also where an approved note holds an open doubtful claim.")
@click.option("--dry-run", is_flag=True, help="Say what would be committed; change nothing.")
@_door
def commit(config: Path | None, vault: Path | None, *, as_json: bool, **options: Any) -> None:
    """Commit the approved notes, with their proofs, to the git repository of the vault; nothing else."""
    from pipeline.review.committing import Wish, commit_notes  # noqa: PLC0415 - as above
    from pipeline.review.drawing import commit_text  # noqa: PLC0415 - as above

    with exiting():
        done = commit_notes(_desk(config, vault), Wish.model_validate(options))
        click.echo(done.model_dump_json().encode() if as_json else commit_text(done))
        sys.exit(GOOD)
