"""Reads the pages, finds the transcripts, judges and lints."""

import pickle
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.checking.examining import VideoTask, examine_video
from pipeline.checking.gathering import Gathered, gather
from pipeline.checking.judging import Judging
from pipeline.checking.pooling import Workers, resting_collector
from pipeline.checking.report import CheckReport, CitationReport, Counted, Opinions, summarise
from pipeline.checking.reports import Reports, Unjudged
from pipeline.checking.second_opinion import Opened, OpenRow, settle
from pipeline.checking.surveying import Surveyed, survey
from pipeline.checking.transcripts import Fetched, Lookup, Places, TranscriptFolder, VaultProofs, vault_of
from pipeline.vault.lint import Finding, find_collisions, find_links, finding, names_among

_CHUNK = 64
"""Pages that a process reads at a time."""
_MANY_PAGES = 2_000
"""From so many pages on, or so many citations to judge, processes repay their start, which takes about a second."""
_MANY_CITATIONS = 1_000


def check(
    paths: Sequence[Path],
    *,
    transcripts: Path | None = None,
    lookups: Sequence[Lookup] = (),
    fetched: Fetched | None = None,
    judging: Judging | None = None,
) -> CheckReport:
    """Checks notes and vaults, ours or anyone's.

    Args:
        paths: notes and folders of notes; each folder is a vault whose links are checked.
        transcripts: folder of `<videoId>.*` files; what a person names goes before what is stored.
        lookups: further places of transcripts by video id, such as the store. The proofs of the vaults come before
            them: what a note of ours was made from is what it cites.
        fetched: asked last, for what is nowhere else; None to do without the network.
        judging: how claims are judged, and by how many processes; by our own verification if None.

    Raises:
        SettingsError: a path does not exist. Besides, what a second judge raises.
    """
    judging = judging or Judging()
    second = judging.second
    judging = replace(judging, second=None, asks=judging.policy.judge if second else "none")
    folder = TranscriptFolder(transcripts) if transcripts else None
    checked = []
    with resting_collector():
        with Workers(judging.processes) as workers:
            for vault in gather(paths):
                places = Places(folder, [VaultProofs(root) for root in _roots(vault)], lookups, fetched)
                checked.append(_VaultCheck(vault, places, judging))
                checked[-1].examine(workers)
            for vault_check in checked:
                vault_check.judge(workers)
        opened = [page.opened() for vault_check in checked for page in vault_check.pages] if second else []
        opinions = settle(opened, second) if second else None
        return _report(checked, fetched.failed if fetched else {}, opinions)


def _roots(vault: Gathered) -> list[Path]:
    """The folders whose proofs count; single pages belong to the vault that they lie in."""
    own = [vault.root] if vault.root else []
    # Pages of one folder lie in one vault, unless they are links to pages elsewhere.
    pages = dict.fromkeys(page if page.is_symlink() else page.parent / "page" for page in vault.pages)
    above = dict.fromkeys(vault_of(page) for page in list(pages)[: None if vault.root is None else 1])
    return [*own, *(root for root in above if root is not None and (not own or root != own[0].resolve()))]


@dataclass(slots=True)
class _Page:
    """What is known of a page so far."""

    path: Path
    survey: Surveyed
    citations: list[CitationReport] | Unjudged
    rows: Sequence[OpenRow] = ()

    def opened(self) -> Opened:
        """Its citations, and what a second judge is asked about them."""
        return Opened([] if isinstance(self.citations, Unjudged) else self.citations, self.rows)


@dataclass(slots=True)
class _VaultCheck:
    """Checks a vault: first each page by itself, then video by video, so that few transcripts at a time are in memory.

    The order of the pages is kept, whatever is done first.
    """

    vault: Gathered
    places: Places
    judging: Judging
    pages: list[_Page] = field(default_factory=list)
    unreadable: list[Finding] = field(default_factory=list)
    videos: dict[str, bool] = field(default_factory=dict)
    """Videos that notes cite, and whether their transcript was found."""
    troubles: dict[int, Finding] = field(default_factory=dict)
    """By the place of a page: the transcript of its video is there and cannot be read."""

    def examine(self, workers: Workers) -> None:
        """Reads every page, without transcripts."""
        paths = self.vault.pages
        chunks = (paths[at : at + _CHUNK] for at in range(0, len(paths), _CHUNK))
        for chunk, found in workers.map(survey, chunks, pays=len(paths) >= _MANY_PAGES):
            for path, page in zip(chunk, found, strict=True):
                if isinstance(page, Finding):
                    self.unreadable.append(page)
                else:
                    self.pages.append(_Page(path, page, Unjudged(str(path), page)))

    def judge(self, workers: Workers) -> None:
        """Examines those pages again whose video has a transcript."""
        by_video: dict[str, list[int]] = defaultdict(list)
        for number, known in enumerate(self.pages):
            by_video[known.survey.video_id].append(number)
        citing = {video: at for video, at in by_video.items() if video and any(self.pages[n].survey.amount for n in at)}
        many = sum(self.pages[n].survey.amount for at in citing.values() for n in at) >= _MANY_CITATIONS
        for task, examined in workers.map(examine_video, self._tasks(citing), pays=many and _travels(self.judging)):
            for number, page in zip(citing[task.video_id], examined, strict=True):
                if isinstance(page, Finding):  # it was there a moment ago
                    self.unreadable.append(page)
                else:
                    self.pages[number] = _Page(self.pages[number].path, page.page, page.citations, page.rows)

    def _tasks(self, citing: Mapping[str, Sequence[int]]) -> Iterator[VideoTask]:
        for video, numbers in citing.items():
            transcript, missing = self.places.find(video), self.places.missing(video)
            self.videos[video] = transcript is not None
            if trouble := None if transcript else self.places.trouble(video):
                first = next(number for number in numbers if self.pages[number].survey.amount)
                self.troubles[first] = finding(self.pages[first].path, 1, "unreadable-transcript", trouble)
            if transcript:
                paths = tuple(self.pages[number].path for number in numbers)
                yield VideoTask(video, paths, transcript, self.judging)
            for citations in (self.pages[number].citations for number in numbers):
                if isinstance(citations, Unjudged):
                    citations.missing = missing

    def findings(self) -> Iterator[Finding]:
        """All findings, in the order of the pages."""
        root = self.vault.root
        named = (page.survey.named(page.path) for page in self.pages)
        names = names_among(named, root, self.vault.attachments) if root else None
        yield from self.unreadable
        for number, page in enumerate(self.pages):
            yield from page.survey.findings
            yield from find_links(page.survey.linked(page.path), names)
            if number in self.troubles:
                yield self.troubles[number]
        if root:
            yield from find_collisions(self.pages)


def _travels(judging: Judging) -> bool:
    """Whether another process can judge so: what holds a connection, or stands in no module, must stay here."""
    try:
        pickle.dumps(judging)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _report(checked: Sequence[_VaultCheck], not_fetched: Mapping[str, str], opinions: Opinions | None) -> CheckReport:
    pages = [page for vault in checked for page in vault.pages]
    citations = Reports([page.citations for page in pages])
    judged = tuple(citations.judged())
    findings = [f for vault in checked for f in vault.findings()]
    videos = {video: found for vault in checked for video, found in vault.videos.items()}
    found = sum(videos.values())
    notes = sum(page.survey.is_note for page in pages)
    counted = Counted(len(pages), notes, len(citations), found, len(videos) - found, not_fetched, opinions)
    return CheckReport(citations, judged, tuple(findings), summarise(judged, findings, counted))
