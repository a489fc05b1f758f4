"""A second opinion by a model, of what words alone leave open.

A judge sees a claim and its passage and nothing else, twice, the options in either order. It counts where it says the
same both times and names words that decide: these are looked up like any quote, so a judge can be wrong, but it
cannot invent. It proves what was doubtful, and lowers what is wrong; what code knows better than any reader (a number
that is not said, words that nobody said) it never lifts.
"""

from pipeline.stages.judge.exchange import FORWARD, REVERSED, judge_request, read_judgements
from pipeline.stages.judge.grounds import Vote, agreed, vote
from pipeline.stages.judge.passage import Passage
from pipeline.stages.judge.questions import batches, is_open, most_asked, question_at, questions
from pipeline.stages.judge.settling import judged, settle_check

__all__ = [
    "FORWARD",
    "REVERSED",
    "Passage",
    "Vote",
    "agreed",
    "batches",
    "is_open",
    "judge_request",
    "judged",
    "most_asked",
    "question_at",
    "questions",
    "read_judgements",
    "settle_check",
    "vote",
]
