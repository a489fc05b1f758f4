"""The command line: options in, exit codes out. Everything heavy is imported by the command that needs it."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from pipeline import __version__
from pipeline.errors import CitenoteError, SettingsError, StopRun

_BAD = ("failed", "crashed", "stopped")
GOOD, FINDINGS, USAGE, STOPPED, INTERRUPTED = 0, 1, 2, 3, 130

_OUTPUT_REMEDY = "Make room where it goes, or keep its reader open."

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)

_JUDGE = click.option(
    "--judge",
    type=click.Choice(["none", "doubtful", "all"]),
    help="What a second model judges, instead of citations.judge in the settings.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="citenote")
def main() -> None:
    """Video transcripts in, wikilinked Markdown notes out, every claim with its proof.

    Exit codes: 0 good, 1 findings, failed or poorly proved videos, 2 usage or settings, 3 stopped (key, credit,
    budget), 130 interrupted.
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
@_JUDGE
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
        sys.exit(exit_code(stop, findings=any(outcome.state in _BAD or outcome.warnings for outcome in outcomes)))


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@click.option("--transcripts", type=_FOLDER, help="Folder with transcripts named VIDEOID.*, in any shape we read.")
@click.option("--fetch", is_flag=True, help="Fetch transcripts that are nowhere else from YouTube, and keep them.")
@_JUDGE
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--dry-run", is_flag=True, help="Say what a judge would be asked instead; send and write nothing.")
@click.option(
    "--max-unsupported",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="The share of the judged citations that may fail, 0 to 1. Default: 0.",
)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def check(paths: tuple[Path, ...], form: str, **options: Any) -> None:
    """Verify existing notes: their citations, links and format.

    PATH is a note or a folder of notes, ours or anyone's in this format. A transcript is found by the note's videoId:
    in the folder given by --transcripts, in a proof of the vault, in the store, or, with --fetch, at YouTube.
    """
    from pipeline.checking import as_annotations, as_json, as_text, fails  # noqa: PLC0415 - `--help` stays quick
    from pipeline.checking.stored import check_as_set, rehearsed_check  # noqa: PLC0415 - as above
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with _exiting():
        settings = settings_for(options["config"], Path()).judged_by(options["judge"])
        if options["dry_run"]:
            name, plan = rehearsed_check(paths, options["transcripts"], settings)
            asked = f"{name} would be asked about {plan}" if name else "no model is asked"
            click.echo(f"dry run: {asked}; nothing was sent, nothing was written")
            sys.exit(GOOD)
        tell = partial(click.echo, err=True)
        report = check_as_set(paths, options["transcripts"], settings, fetch=options["fetch"], tell=tell)
        told = as_json(report) if form == "json" else as_annotations(report) if form == "github" else as_text(report)
        click.echo(told.encode() if form == "json" else told)
        sys.exit(exit_code(None, findings=fails(report, max_unsupported=options["max_unsupported"])))


@main.command("bench-verify")
@click.option("--transcripts", type=_FOLDER, required=True, help="Folder with transcripts, in any shape we read.")
@click.option("--limit", type=click.IntRange(min=1), default=4, show_default=True, help="Most of a kind a transcript.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same cases.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object instead of the table.")
@click.option("--cases", type=_FILE, help="Write the cases and verdicts here, one JSON object a line.")
def bench_verify(transcripts: Path, cases: Path | None, **options: Any) -> None:
    """Measure verification on your own transcripts.

    Sentences of every transcript become claims, honest ones and ones that are wrong in known ways; the table says how
    many of each the check accepts.
    """
    from pipeline.measuring import as_json, as_text, measure_folder, write_cases  # noqa: PLC0415 - `--help` stays quick

    with _exiting():
        if cases:
            write_cases(cases, ())  # that it cannot be written is better known before all is measured
        say = partial(click.echo, err=True)
        measured = measure_folder(transcripts, limit=options["limit"], seed=options["seed"], say=say)
        if cases:
            write_cases(cases, measured)
        click.echo(as_json(measured) if options["as_object"] else as_text(measured))


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
    codes = {SettingsError.kind: USAGE, StopRun.kind: STOPPED, "interrupted": INTERRUPTED}
    return codes.get(stop or "", FINDINGS if findings else GOOD)
