"""Notes, video pages and channel pages as Markdown.

Templates are Jinja in a sandbox. Whatever they print is escaped by its type: a plain string is hostile, `Markdown` is
ours. The same value gives the same bytes, with LF and one newline at the end.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import regex
from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.errors import SettingsError
from pipeline.stages.escaping import Markdown, address, escape, escaped_inside, link_text, scalar
from pipeline.values.note import (
    ChannelPage,
    Cite,
    Link,
    Mark,
    Note,
    Page,
    PageLink,
    Paragraph,
    Part,
    QuoteCallout,
    Sentence,
    Text,
    VideoPage,
)
from pipeline.values.outline import Gap
from pipeline.values.transcript import Video


def render_note(note: Note, templates: Path | None = None) -> Page:
    """A note as a page.

    Args:
        note: with its links.
        templates: a folder whose `note.md.j2` goes before the built-in one.

    Raises:
        SettingsError: a template of that folder is wrong.
    """
    text = _filled("note.md.j2", templates, note=note, video=note.video)
    return Page(path=f"{note.slug}.md", text=text, kind="note", video=note.video.id, title=note.title)


def render_video(page: VideoPage, templates: Path | None = None) -> Page:
    """A video page; as `render_note`, with `video.md.j2`."""
    text = _filled("video.md.j2", templates, page=page, video=page.video)
    return Page(path=f"{page.slug}.md", text=text, kind="video", video=page.video.id, title=page.title)


def render_channel(page: ChannelPage, templates: Path | None = None) -> Page:
    """A channel page; as `render_note`, with `channel.md.j2`."""
    text = _filled("channel.md.j2", templates, page=page)
    return Page(path=f"{page.slug}.md", text=text, kind="channel", video="", title=page.name)


def clock(ms: int) -> Markdown:
    """`HH:MM:SS`, rounded down."""
    seconds = ms // 1000
    return Markdown(f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}")


def anchor(ms: int, video: Video) -> Markdown:
    """The citation: works with our player and, through `href`, without it."""
    label = clock(ms)
    url = moment(video.url, ms // 1000)
    href = f' href="{url}"' if url else ""
    return Markdown(f'<a class="yt-timestamp" data-t="{label}"{href}>[{label}]</a>')


def moment(url: str | None, seconds: int) -> str | None:
    """The address of a second of a video; None where the video has no web address."""
    page = address(url)
    if page is None:
        return None
    parts = urlsplit(page)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in {"t", "start"}]
    return parts._replace(query=urlencode([*query, ("t", f"{seconds}s")])).geturl()


def wikilink(link: PageLink) -> Markdown:
    """`[[slug]]`, `[[slug | text]]`, or only the text where there is no page."""
    if link.slug is None:
        return escape(link.text)
    text = link_text(link.text)
    return Markdown(f"[[{link.slug}]]" if text == link.slug else f"[[{link.slug} | {text}]]")


def prose(paragraph: Paragraph, video: Video) -> Markdown:
    """The sentences of a paragraph on one line."""
    lines = [_sentence(s, video, starts=i == 0) for i, s in enumerate(paragraph)]
    return Markdown(" ".join(lines))


def _sentence(sentence: Sentence, video: Video, *, starts: bool) -> str:
    made = ""
    proof_before = False
    for part in sentence.parts:
        proof = part.kind in {"cite", "mark"}
        piece = _part(part, video, starts=starts and not made)
        # A space before every proof and after it; words and links bring their own.
        made += f" {piece.lstrip(' ')}" if made and (proof or proof_before) else piece
        proof_before = proof
    return made + escaped_inside(sentence.end, starts=False)


def _part(part: Part, video: Video, *, starts: bool) -> str:
    match part:
        case Text():
            return escaped_inside(part.text, starts=starts)
        case Cite():
            return anchor(part.time_ms, video)
        case Mark():
            return f"*({escape(part.text)})*"
        case Link():
            return wikilink(PageLink(slug=part.slug, text=part.text))


def quote(callout: QuoteCallout | None, video: Video) -> Markdown:
    """A `> [!quote]` callout with its citation and, if known, its speaker; nothing for None."""
    if callout is None:
        return Markdown("")
    # Marks of the speaker's own inside the quotation become single ones.
    words = escape(regex.sub(r'["“”„]', "'", callout.text))
    title = escape(callout.title or "In the speaker's words")
    speaker = f"\n> — {escape(callout.speaker)}" if callout.speaker else ""
    return Markdown(f'> [!quote] {title}\n> "{words}" {anchor(callout.time_ms, video)}{speaker}')


def iso(day: date) -> Markdown:
    """`YYYY-MM-DD`."""
    return Markdown(day.isoformat())


def weblink(text: str, url: str | None) -> Markdown:
    """`[text](url)`, only the text where the address is no web address."""
    page = address(url)
    words = escape(text)
    return Markdown(f"[{words.replace(']', chr(92) + ']')}]({page})") if page else words


def gap(missing: Gap) -> Markdown:
    """`HH:MM:SS–HH:MM:SS, reason`."""
    return Markdown(f"{clock(missing.start_ms)}–{clock(missing.end_ms)}, {escape(missing.reason)}")


def percent(share: float) -> Markdown:
    """A share from 0 to 1 as `NN %`."""
    return Markdown(f"{round(share * 100)} %")


def yaml_list(values: tuple[str, ...]) -> Markdown:
    """A list of strings on one line."""
    return Markdown("[" + ", ".join(scalar(v, flow=True) for v in values) + "]")


def _shown(value: Any) -> Markdown:
    """What a template prints: our Markdown as it is, everything else escaped."""
    return value if isinstance(value, Markdown) else escape("" if value is None else str(value))


_FILTERS = {
    "anchor": anchor,
    "clock": clock,
    "gap": gap,
    "percent": percent,
    "iso": iso,
    "prose": prose,
    "quote": quote,
    "weblink": weblink,
    "wikilink": wikilink,
    "yaml": scalar,
    "yaml_list": yaml_list,
}


@cache
def _environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    if templates and not templates.is_dir():
        remedy = "Correct `notes.templates`, or leave it out to use the built-in templates."
        raise SettingsError(f"{templates}: no such folder of templates", remedy=remedy)
    builtin = PackageLoader("pipeline", "templates")
    loader = ChoiceLoader([FileSystemLoader(templates), builtin]) if templates else builtin
    made = ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # HTML escaping is wrong for Markdown; `finalize` escapes by type
    )
    made.filters.update(_FILTERS)
    return made


def _filled(name: str, templates: Path | None, **values: object) -> str:
    try:
        text = _environment(templates).get_template(name).render(values)
    except TemplateError as e:
        where = f"{e.filename or e.name}, line {e.lineno}" if isinstance(e, TemplateSyntaxError) else name
        remedy = f"Correct {name} in {templates}, or remove it to use the built-in one."
        raise SettingsError(f"Template {where}: {e.message}", remedy=remedy) from e
    lines = regex.sub(r"[ \t]+\n", "\n", text.replace("\r\n", "\n"))
    return regex.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"
