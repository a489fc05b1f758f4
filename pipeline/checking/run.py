"""Reads the pages, finds the transcripts, judges and lints."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.checking.gathering import Gathered, gather
from pipeline.checking.judging import Judge, PageJudge
from pipeline.checking.report import CheckReport, CitationReport, summarise
from pipeline.checking.support import support_judge
from pipeline.checking.transcripts import Lookup, Places, TranscriptFolder, VaultProofs, vault_of
from pipeline.values.transcript import Transcript
from pipeline.vault.lint import Finding, Timeline, exact_seconds, find_collisions, finding, is_note, lint_page
from pipeline.vault.reading import PageText


def check(
    paths: Sequence[Path],
    *,
    transcripts: Path | None = None,
    lookups: Sequence[Lookup] = (),
    judge: Judge = support_judge,
) -> CheckReport:
    """Checks notes and vaults, ours or anyone's.

    Args:
        paths: notes and folders of notes; each folder is a vault whose links are checked.
        transcripts: folder of `<videoId>.*` files; what a person names goes before what is stored.
        lookups: further places of transcripts by video id, such as the store. Proofs of the vaults come last.
        judge: how claims are judged; our own verification by default.

    Raises:
        SettingsError: a path does not exist.
    """
    folder = TranscriptFolder(transcripts) if transcripts else None
    checked = []
    for vault in gather(paths):
        proofs = [VaultProofs(root) for root in _roots(vault)]
        checked.append(_VaultCheck(vault, Places(folder, lookups, proofs), judge))
    for vault_check in checked:
        vault_check.run()
    return _report(checked)


def _roots(vault: Gathered) -> list[Path]:
    """The folders whose proofs count; single pages belong to the vault that they lie in."""
    own = [vault.root] if vault.root else []
    above = dict.fromkeys(vault_of(page.path) for page in vault.pages[: None if vault.root is None else 1])
    return [*own, *(root for root in above if root is not None and (not own or root != own[0].resolve()))]


@dataclass(slots=True)
class _VaultCheck:
    """Checks a vault video by video, so that one index at a time is in memory, and keeps the order of its pages."""

    vault: Gathered
    places: Places
    judge: Judge
    citations: dict[int, list[CitationReport]] = field(default_factory=dict)
    findings: dict[int, list[Finding]] = field(default_factory=dict)
    videos: dict[str, bool] = field(default_factory=dict)
    """Videos that notes cite, and whether their transcript was found."""

    def run(self) -> None:
        by_video: dict[str, list[int]] = defaultdict(list)
        for number, page in enumerate(self.vault.pages):
            by_video[page.video_id].append(number)
        for video, numbers in by_video.items():
            self._run_video(video, numbers)

    def _run_video(self, video: str, numbers: Sequence[int]) -> None:
        pages = self.vault.pages
        claiming = any(pages[number].citations for number in numbers)
        transcript = self.places.find(video) if claiming else None
        judge = PageJudge(transcript, self.judge)
        timeline = _timeline(transcript) if transcript else None
        for number in numbers:
            page = pages[number]
            self.citations[number] = list(judge.reports(page))
            self.findings[number] = list(lint_page(page, timeline=timeline, vault=self.vault.names))
        if video and claiming:
            self.videos[video] = transcript is not None
            trouble = None if transcript else self.places.trouble(video)
            if trouble:
                first = next(number for number in numbers if pages[number].citations)
                self.findings[first].append(finding(pages[first].path, 1, "unreadable-transcript", trouble))

    def all_findings(self) -> list[Finding]:
        in_order = [f for number in range(len(self.vault.pages)) for f in self.findings[number]]
        return [*self.vault.findings, *in_order, *(find_collisions(self.vault.pages) if self.vault.root else ())]


def _timeline(transcript: Transcript) -> Timeline:
    return Timeline(transcript.end_ms, exact_seconds([segment.start_ms for segment in transcript.segments]))


def _report(checked: Sequence[_VaultCheck]) -> CheckReport:
    citations = [c for vault in checked for n in range(len(vault.vault.pages)) for c in vault.citations[n]]
    findings = [f for vault in checked for f in vault.all_findings()]
    pages: list[PageText] = [page for vault in checked for page in vault.vault.pages]
    videos = {video: found for vault in checked for video, found in vault.videos.items()}
    found = sum(videos.values())
    notes = sum(is_note(page) for page in pages)
    summary = summarise(citations, findings, pages=len(pages), notes=notes, videos=(found, len(videos) - found))
    return CheckReport(tuple(citations), tuple(findings), summary)
