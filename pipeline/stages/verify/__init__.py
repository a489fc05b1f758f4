"""Drafts become claims here and nowhere else: each is checked against the transcript and explains its verdict."""

from pipeline.stages.verify.citation import check_citation
from pipeline.stages.verify.drafts import Verifier, verify
from pipeline.stages.verify.index import TranscriptIndex

__all__ = ["TranscriptIndex", "Verifier", "check_citation", "verify"]
