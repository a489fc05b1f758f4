"""The filters of lists: which videos are taken, in what order, and how many."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

import regex

from pipeline.errors import SettingsError
from pipeline.language.stopwords import primary_subtag
from pipeline.sources.wanted import Known, Wanted
from pipeline.values.sourcing import ListPolicy
from pipeline.values.transcript import Transcript

_MATCH_S = 1.0  # a pattern that takes longer on one title never ends


class Chosen(NamedTuple):
    """What is to be run, and what the filters left out with the reason."""

    taken: tuple[Wanted, ...]
    left_out: tuple[tuple[Wanted, str], ...]


Done = Callable[[Wanted], bool]


def choose(wanted: Iterable[Wanted], policy: ListPolicy, done: Done) -> Chosen:
    """What the filters take of what was asked for; they concern only what came out of a list.

    Raises:
        SettingsError: `lists.match` is no regular expression, or takes too long.
    """
    taken: list[Wanted] = []
    left_out: list[tuple[Wanted, str]] = []
    for each in wanted:
        reason = refusal(each.known, policy) if each.listed and not each.problem else None
        if reason is None and each.listed and policy.skip_done and done(each):
            reason = "has notes already"
        if reason is None:
            taken.append(each)
        else:
            left_out.append((each, reason))
    kept, beyond = _limited(_ordered(taken, policy), policy)
    return Chosen(kept, (*left_out, *((each, f"beyond the limit of {policy.limit}") for each in beyond)))


def refusal(known: Known, policy: ListPolicy) -> str | None:
    """Why the filters leave a video out, as far as it is known; None if they do not.

    Raises:
        SettingsError: as `choose`.
    """
    found = (_of_duration(known, policy), _of_date(known, policy), _of_title(known, policy), _of_words(known, policy))
    return next((reason for reason in found if reason), None)


def known_of(transcript: Transcript) -> Known:
    """What is known of a video once it is fetched."""
    video = transcript.video
    return Known(
        title=video.title,
        channel=video.channel,
        published=video.published,
        duration_ms=transcript.end_ms or None,
        language=transcript.language if transcript.language != "und" else None,
    )


def _of_duration(known: Known, policy: ListPolicy) -> str | None:
    if known.duration_ms is None:
        return None
    minutes = known.duration_ms / 60_000
    if policy.min_minutes is not None and minutes < policy.min_minutes:
        return f"{minutes:.1f} minutes long, shorter than {policy.min_minutes:g}"
    if policy.max_minutes is not None and minutes > policy.max_minutes:
        return f"{minutes:.1f} minutes long, longer than {policy.max_minutes:g}"
    return None


def _of_date(known: Known, policy: ListPolicy) -> str | None:
    latest = known.published or known.not_later
    if policy.after and latest and latest < policy.after:
        return f"published {'' if known.published else 'by '}{latest}, before {policy.after}"
    if policy.before and known.published and known.published > policy.before:
        return f"published {known.published}, after {policy.before}"
    return None


def _of_title(known: Known, policy: ListPolicy) -> str | None:
    if policy.match is None or known.title is None:
        return None
    remedy = "Write a regular expression, such as 'lecture|talk'."
    try:
        found = regex.search(policy.match, known.title, flags=regex.IGNORECASE, timeout=_MATCH_S)
    except regex.error as error:
        raise SettingsError(f"lists.match: {policy.match!r} cannot be read ({error})", remedy=remedy) from error
    except TimeoutError as error:
        raise SettingsError(f"lists.match: {policy.match!r} takes too long on a title", remedy=remedy) from error
    return None if found else f"its title does not match {policy.match!r}"


def _of_words(known: Known, policy: ListPolicy) -> str | None:
    if not policy.languages or known.language is None:
        return None
    if primary_subtag(known.language) in {primary_subtag(tag) for tag in policy.languages}:
        return None
    return f"in {known.language}, not in {' or '.join(policy.languages)}"


def _ordered(taken: list[Wanted], policy: ListPolicy) -> list[Wanted]:
    """What was named first, then the lists in the order that is set."""
    if policy.sort == "listed":
        return taken
    key = _newest if policy.sort == "date" else _most_viewed
    return [w for w in taken if not w.listed] + sorted((w for w in taken if w.listed), key=key)


def _newest(wanted: Wanted) -> int:
    return -(wanted.known.published or wanted.known.not_later or date.min).toordinal()


def _most_viewed(wanted: Wanted) -> int:
    return -(wanted.known.views if wanted.known.views is not None else -1)


def _limited(ordered: list[Wanted], policy: ListPolicy) -> tuple[tuple[Wanted, ...], tuple[Wanted, ...]]:
    """At most so many of the lists, and the rest; what was named, and what went wrong, does not count."""
    kept: list[Wanted] = []
    beyond: list[Wanted] = []
    counted = 0
    for each in ordered:
        counts = each.listed and each.problem is None
        fits = not counts or policy.limit is None or counted < policy.limit
        (kept if fits else beyond).append(each)
        counted += counts
    return tuple(kept), tuple(beyond)
