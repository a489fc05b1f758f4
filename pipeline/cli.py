"""The command line: options in, exit codes out. Everything heavy is imported by the command that needs it."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pipeline import __version__
from pipeline.errors import CitenoteError, SettingsError, StopRun

_BAD = ("failed", "crashed", "stopped")
GOOD, FINDINGS, USAGE, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="citenote")
def main() -> None:
    """Video transcripts in, wikilinked Markdown notes out, every claim with its proof.

    Exit codes: 0 good, 1 findings or failed videos, 2 usage or settings, 3 stopped (key, credit, budget),
    130 interrupted.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a title or a file name may hold what this terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")


@main.command()
@click.argument("videos", nargs=-1, metavar="[VIDEO]...")
@click.option("--list", "list_file", type=_FILE, help="A file with one VIDEO a line; # begins a comment.")
@click.option("--model", help="auto, extractive, or a name below `models` in the settings, also NAME/MODEL-ID.")
@click.option("--out", type=_FOLDER, help="Folder of the notes, instead of the one in the settings.")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--video-id", help="Id of the video, when VIDEO is one transcript file.")
@click.option("--title", help="Title of the video, when VIDEO is one.")
@click.option("--channel", help="Channel of the videos.")
@click.option("--fresh", is_flag=True, help="Ask and fetch again what is remembered from earlier runs.")
@click.option("--dry-run", is_flag=True, help="Say what would be read and asked; send and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a video instead of the summary.")
def run(**options: object) -> None:
    """Make notes of videos.

    VIDEO is a YouTube address or id, a transcript file, or a folder of transcript files.
    """
    from pipeline.running import RunOptions, run_videos  # noqa: PLC0415 - `citenote --help` stays quick

    with _exiting():
        outcomes = run_videos(RunOptions.model_validate(options))
        stop = next((outcome.kind for outcome in outcomes if outcome.state == "stopped"), None)
        sys.exit(exit_code(stop, findings=any(outcome.state in _BAD for outcome in outcomes)))


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--transcripts", type=_FOLDER, help="Folder with transcripts named VIDEOID.*, in any shape we read.")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(paths: tuple[Path, ...], transcripts: Path | None, config: Path | None, form: str) -> None:
    """Verify existing notes: their citations, links and format.

    PATH is a note or a folder of notes, ours or anyone's in this format. A transcript is found by the note's videoId:
    in the folder given by --transcripts, in the store, or in a proof of the vault.
    """
    from pipeline.checking import as_json, as_text, fails  # noqa: PLC0415 - `citenote --help` stays quick
    from pipeline.checking.stored import check_with_store  # noqa: PLC0415 - as above
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with _exiting():
        report = check_with_store(paths, transcripts, settings_for(config, Path()).store)
        click.echo(as_json(report).encode() if form == "json" else as_text(report))
        sys.exit(exit_code(None, findings=fails(report)))


@main.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
def init(folder: Path) -> None:
    """Lay out a workspace in DIR: settings, prompts to customise, a folder for the notes.

    A file that is there already is kept.
    """
    from pipeline.workspace import lay_out  # noqa: PLC0415 - `citenote --help` stays quick

    with _exiting():
        for laid in lay_out(folder):
            click.echo(f"{'wrote' if laid.written else 'kept '}  {laid.path}")
        click.echo(f"\nNext: cd {folder} && citenote run VIDEO")


@contextmanager
def _exiting() -> Iterator[None]:
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


def exit_code(stop: str | None, *, findings: bool = False) -> int:
    """The one place where exit codes are decided.

    Args:
        stop: the kind of the error that ended the command, or "interrupted"; None if nothing did.
        findings: whether a video failed, or a check found errors.
    """
    codes = {SettingsError.kind: USAGE, StopRun.kind: STOPPED, "interrupted": INTERRUPTED}
    return codes.get(stop or "", FINDINGS if findings else GOOD)
