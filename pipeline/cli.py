"""The command line: options in, exit codes out. Everything heavy is imported by the command that needs it."""

import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from pipeline import __version__
from pipeline.exits import GOOD, exit_code, exiting
from pipeline.reviewing import commit, review

_BAD = ("failed", "crashed", "stopped")

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_ANYWHERE = click.Path(path_type=Path)

_JUDGE = click.option(
    "--judge",
    type=click.Choice(["none", "doubtful", "all"]),
    help="What a second model judges, instead of citations.judge in the settings.",
)


_LIST = click.option(
    "--list", "list_file", type=_FILE, help="A file with one VIDEO a line, or a CSV with columns; # begins a comment."
)
_DAY = click.DateTime(["%Y-%m-%d"])
_FILTERS = (
    click.option("--min-minutes", type=click.FloatRange(min=0), help="Only videos at least this long."),
    click.option("--max-minutes", type=click.FloatRange(min=0), help="Only videos at most this long."),
    click.option("--after", type=_DAY, metavar="DATE", help="Only videos published on this day or later."),
    click.option("--before", type=_DAY, metavar="DATE", help="Only videos published on this day or earlier."),
    click.option("--match", metavar="PATTERN", help="Only titles in which this regular expression is found."),
    click.option("--lang", multiple=True, metavar="TAG", help="Only transcripts in this language; may be repeated."),
    click.option("--skip-done/--with-done", default=None, help="Leave out what has notes in the vault."),
    click.option("--sort", type=click.Choice(["listed", "date", "views"]), help="The order of lists."),
    click.option("--limit", type=click.IntRange(min=1), help="Most videos of all lists together."),
)


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    """The options that choose from lists; without one of them the settings below `lists` hold."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="citenote")
def main() -> None:
    """Video transcripts in, wikilinked Markdown notes out, every claim with its proof.

    Exit codes: 0 good, 1 findings, failed or poorly proved videos, 2 usage or settings, 3 stopped (key, credit,
    budget) or waiting for batches, 130 interrupted.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a title or a file name may hold what this terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")


@main.command()
@click.argument("videos", nargs=-1, metavar="[VIDEO]...")
@_LIST
@click.option("--model", help="auto, extractive, or a name below `models` in the settings, also NAME/MODEL-ID.")
@click.option("--out", type=_FOLDER, help="Folder of the notes, instead of the one in the settings.")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--video-id", help="Id of the video, when VIDEO is one transcript file.")
@click.option("--title", help="Title of the video, when VIDEO is one.")
@click.option("--channel", help="Channel of the videos.")
@_JUDGE
@_filters
@click.option("--fresh", is_flag=True, help="Ask and fetch again what is remembered from earlier runs.")
@click.option("--batch", is_flag=True, help="Ask in the provider's batches: half the price, answers within a day.")
@click.option("--no-wait", is_flag=True, help="With --batch: end when there is nothing to do but wait.")
@click.option("--dry-run", is_flag=True, help="Say what would be read and asked; send and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a video instead of the summary.")
def run(**options: object) -> None:
    """Make notes of videos.

    VIDEO is a YouTube address or id, a transcript file, a sound file, or a list of videos: a folder, a playlist, a
    channel (address, @handle or id), or the address of a feed. The filters concern what comes out of a list.
    """
    from pipeline.running import RunOptions, run_videos  # noqa: PLC0415 - `citenote --help` stays quick

    with exiting():
        outcomes = run_videos(RunOptions.model_validate(options))
        stop = next((outcome.kind for outcome in outcomes if outcome.state == "stopped"), None)
        sys.exit(exit_code(stop, findings=any(outcome.state in _BAD or outcome.warnings for outcome in outcomes)))


@main.command("list")
@click.argument("videos", nargs=-1, metavar="[SOURCE]...")
@_LIST
@_filters
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a video.")
def list_videos(*, as_json: bool, config: Path | None, **options: object) -> None:
    """Tell what a run over SOURCE would take, and what its filters leave out.

    SOURCE is what `citenote run` takes. Lists are asked for; no transcript is fetched and nothing is written.
    """
    from pipeline.gathering import ListOptions, tell_list, with_filters  # noqa: PLC0415 - `--help` stays quick
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with exiting():
        asked = ListOptions.model_validate(options)
        good = tell_list(asked, with_filters(settings_for(config, Path()), asked), as_json=as_json)
        sys.exit(exit_code(None, findings=not good))


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

    with exiting():
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

    with exiting():
        if cases:
            write_cases(cases, ())  # that it cannot be written is better known before all is measured
        say = partial(click.echo, err=True)
        measured = measure_folder(transcripts, limit=options["limit"], seed=options["seed"], say=say)
        if cases:
            write_cases(cases, measured)
        click.echo(as_json(measured) if options["as_object"] else as_text(measured))


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--write", type=_ANYWHERE, metavar="FILE", help="Write it to FILE; into a folder if several; - prints it."
)
@click.option("--as", "shape", metavar="SHAPE", help="The shape to write, if the ending of FILE does not say it.")
@click.option("--video-id", help="Id of the video, when SOURCE is one transcript file.")
@click.option("--title", help="Title of the video, when SOURCE is one.")
@click.option("--channel", help="Channel of the videos.")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--fresh", is_flag=True, help="Fetch again what is remembered from earlier runs.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a source instead of the lines.")
def transcript(config: Path | None, *, as_json: bool, **options: Any) -> None:
    """Read transcripts, and tell what they are and what was mended; write them in any shape.

    SOURCE is a transcript file of any shape, a folder of them, a YouTube address or id, or what `citenote run` takes.
    """
    from pipeline.sources.transcript_report import as_lines  # noqa: PLC0415 - `--help` stays quick
    from pipeline.transcribing import TranscriptOptions, read_transcripts  # noqa: PLC0415 - as above
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with exiting():
        refused = False
        for read in read_transcripts(TranscriptOptions.model_validate(options), settings_for(config, Path())):
            refused = refused or read.report.state == "refused"
            if read.text is not None:
                click.echo(read.text, nl=False)
            told = read.report.model_dump_json() if as_json else as_lines(read.report)
            click.echo(told, err=read.text is not None)
        sys.exit(exit_code(None, findings=refused))


@main.command()
@click.option("--probe", "name", metavar="NAME", help="Ask NAME a small question, and tell what its server can do.")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a model, or one for the probe.")
def models(name: str | None, config: Path | None, *, as_json: bool) -> None:
    """Tell which models can be used here, and why others cannot.

    NAME is one below `models` in the settings or a known provider, also NAME/MODEL-ID. Without --probe nothing is sent.
    """
    from pipeline.providers import probe_model, tell_models  # noqa: PLC0415 - `--help` stays quick
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with exiting():
        settings = settings_for(config, Path())
        if name is None:
            tell_models(settings, as_json=as_json)
        else:
            sys.exit(exit_code(None, findings=not probe_model(name, settings, as_json=as_json)))


@main.group()
def prompts() -> None:
    """Look at what models are asked."""


@prompts.command("show")
@click.argument("names", nargs=-1, metavar="[outline|plan|mend|judge|again]... [VIDEO]")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object a question.")
def show_prompts(names: tuple[str, ...], config: Path | None, *, as_object: bool) -> None:
    """Print what would be sent to a model about VIDEO, a transcript file, or about a short sample.

    Without a name the outline question is shown. Nothing is sent.
    """
    from pipeline.showing import as_text, asked_for, shown  # noqa: PLC0415 - `citenote --help` stays quick
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with exiting():
        for question in shown(*asked_for(names), settings_for(config, Path())):
            click.echo(question.model_dump_json() if as_object else as_text(question))


@prompts.command("diff")
@click.option("--config", type=_FILE, help="Settings file. Default: config.yaml in this folder, if it is there.")
def diff_prompts(config: Path | None) -> None:
    """Tell how prompts of your own differ from the built-in ones, which may have been improved since you copied them.

    Exit code 1 if any does.
    """
    from pipeline.showing import differences  # noqa: PLC0415 - `citenote --help` stays quick
    from pipeline.workspace import settings_for  # noqa: PLC0415 - as above

    with exiting():
        found = list(differences(settings_for(config, Path()).prompts))
        click.echo("\n".join(found) or "no prompt differs from the built-in one")
        sys.exit(exit_code(None, findings=bool(found)))


@main.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
def init(folder: Path) -> None:
    """Lay out a workspace in DIR: settings, prompts to customise, a folder for the notes.

    A file that is there already is kept.
    """
    from pipeline.workspace import lay_out  # noqa: PLC0415 - `citenote --help` stays quick

    with exiting():
        for laid in lay_out(folder):
            click.echo(f"{'wrote' if laid.written else 'kept '}  {laid.path}")
        click.echo(f"\nNext: cd {folder} && citenote run VIDEO")


main.add_command(review)
main.add_command(commit)
