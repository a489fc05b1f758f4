"""What a person sees of every outcome that YouTube has for us: the table of docs/youtube.md, made by running it.

`python -m tests.youtube_table` writes it anew; a test compares.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.vault.proofs import proof_for
from tests.loopback_world import by_path, world
from tests.loopback_youtube import CAPTIONS, RECORDED_ID, Answer, Script, player, recorded, script

PAGE = Path(__file__).parent.parent / "docs" / "youtube.md"
_BEGIN, _END = "<!-- outcomes: python -m tests.youtube_table -->\n", "<!-- end of outcomes -->\n"
_SRV3 = b'<timedtext format="3"><body><p t="0" d="2000">The sea is deep.</p></body></timedtext>'
_BOMB = b'<!DOCTYPE t [<!ENTITY a "b">]><transcript><text start="0">&a;</text></transcript>'
_MUSIC = b'<transcript><text start="0" dur="9">[Music]</text></transcript>'
_NOON = re.compile(r"from (?:\d{4}-\d\d-\d\d )?\d\d:\d\d")
_UNSET = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")


@dataclass(frozen=True)
class Row:
    """What the server does, and what is asked of it."""

    name: str
    said: Script
    video: str = RECORDED_ID
    settings: dict[str, object] = field(default_factory=dict)
    proxy: str | None = None


def _tracks(*names: str) -> Answer:
    """A player answer with tracks in these languages, which can be translated into English; `a.de` is automatic."""
    made = [
        {
            "baseUrl": f"https://www.youtube.com/api/timedtext?lang={name}",
            "name": {"runs": [{"text": name}]},
            "languageCode": name.removeprefix("a."),
            "kind": "asr" if name.startswith("a.") else "",
            "isTranslatable": True,
        }
        for name in names
    ]
    into = [{"languageCode": "en", "languageName": {"runs": [{"text": "English"}]}}]
    return player(captions={"playerCaptionsTracklistRenderer": {"captionTracks": made, "translationLanguages": into}})


def _page(name: str) -> Answer:
    return Answer(recorded(name))


ROWS = (
    Row("all is well", script()),
    Row("429 on the page", script(watch=Answer(b"", 429))),
    Row("429 on the captions, asked to wait two hours", script(timedtext=Answer(b"", 429, {"Retry-After": "7200"}))),
    Row("a captcha page", script(watch=_page("youtube_too_many_requests.html.static"))),
    Row("a captcha instead of captions", script(timedtext=_page("youtube_too_many_requests.html.static"))),
    Row("“confirm you’re not a bot”", script(player=_page("youtube_request_blocked.innertube.json.static"))),
    Row("403", script(timedtext=Answer(b"", 403))),
    Row("404", script(watch=Answer(b"", 404))),
    Row("400", script(player=Answer(b"", 400))),
    Row("500", script(player=Answer(b"", 500))),
    Row("a page without key", script(watch=Answer(b"<html>hello</html>"))),
    Row("a consent form that is broken", script(watch=_page("youtube_consent_page_invalid.html.static"))),
    Row("consent asked for again and again", script(watch=_page("youtube_consent_page.html.static"))),
    Row("age gate", script(player=_page("youtube_age_restricted.innertube.json.static"))),
    Row("unavailable", script(player=_page("youtube_video_unavailable.innertube.json.static"))),
    Row("unplayable", script(player=_page("youtube_unplayable.innertube.json.static"))),
    Row("no tracks", script(player=_page("youtube_transcripts_disabled.innertube.json.static"))),
    Row("the language is there twice", script(player=_tracks("a.en", "en"), timedtext=Answer(CAPTIONS))),
    Row("the language is missing", script(player=_tracks("fr", "a.de", "de"), timedtext=Answer(CAPTIONS))),
    Row(
        "the language is missing, with `youtube.translate`",
        script(player=_tracks("fr", "a.de"), timedtext=Answer(CAPTIONS)),
        settings={"translate": True},
    ),
    Row("PO token", script(player=_page("youtube_po_token_required.innertube.json.static"))),
    Row("an empty body", script(timedtext=Answer(b""))),
    Row("HTML instead of captions", script(timedtext=Answer(b"<!doctype html><html><body>no</body></html>"))),
    Row("srv3 with line breaks", script(timedtext=Answer(_SRV3.replace(b"><", b">\n<")))),
    Row("srv3 on one line", script(timedtext=Answer(_SRV3))),
    Row("an entity bomb", script(timedtext=Answer(_BOMB))),
    Row("captions of music alone", script(timedtext=Answer(_MUSIC))),
    Row("an answer that is no JSON", script(player=Answer(b"<html>"))),
    Row("an answer of another shape", script(player=Answer(b"[]"))),
    Row("a connection that breaks off", script(timedtext=Answer(CAPTIONS, drop=True))),
    Row("a server that hangs", script(player=Answer(b"", hang_s=30)), settings={"timeout_s": 0.3}),
    Row("a proxy that nobody answers at", script(), proxy="http://127.0.0.1:1"),
    Row("a proxy that is no address", script(), proxy="nonsense"),
    Row("an id that is cut off", script(), video=RECORDED_ID[:9]),
    Row("an address with an id that is cut off", script(), video=f"https://youtu.be/{RECORDED_ID[:9]}"),
    Row(
        "a whole address where the id belongs",
        script(),
        video=f"https://www.youtube.com/watch?v=https://youtu.be/{RECORDED_ID}",
    ),
)


def told(row: Row) -> tuple[int, str]:
    """The exit code of `citenote run` and what it tells of the video, with the clock put to noon."""
    with tempfile.TemporaryDirectory() as name, world(by_path(row.said.answers), Path(name)) as web, chdir(name):
        usual = {"proxy": row.proxy or web.proxy, "attempts": 1, "timeout_s": 5}
        Path("config.yaml").write_text(json.dumps({"youtube": usual | row.settings}), encoding="utf-8")
        done = CliRunner(env=dict.fromkeys(_UNSET) | web.variables()).invoke(main, ["run", row.video])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        proof = proof_for(Path("outputs"), RECORDED_ID)
        if proof:
            return done.exit_code, f"notes; captions: {proof.language}, {proof.trust}"
        return done.exit_code, _NOON.sub("from 12:00", "\n".join(_trouble(done.stderr)))


def _trouble(text: str) -> Iterator[str]:
    """The lines about the video or about the settings."""
    for line in text.splitlines():
        if line.startswith(("failed", "citenote:", "  ", "skipped", "crashed", "stopped")):
            yield re.sub(r"^(?:failed|stopped) +.*$", "", line.removeprefix("citenote: ")).strip()


def line(row: Row) -> str:
    """A row of the table."""
    code, text = told(row)
    return f"| {row.name} | {code} | {'<br>'.join(part for part in text.splitlines() if part)} |"


def table() -> str:
    """The table as Markdown."""
    return "\n".join(["| what YouTube does | exit | what you see |", "|---|---|---|", *map(line, ROWS)]) + "\n"


def written() -> str:
    """The table that stands in the page."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0].strip() + "\n"


def write() -> None:
    """Puts the table into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_BEGIN}\n{table()}\n{_END}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
    sys.stdout.write(f"wrote {PAGE}\n")
