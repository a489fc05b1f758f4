"""The review: what a person sees of a note and its claims, and every rule of what may be decided about them.

The doors (commands, the keyboard loop, a web page) call `Desk` and draw what it returns; no rule stands in them.
"""

from pipeline.review.desk import Desk
from pipeline.review.views import ClaimView, CueView, EditView, NoteView, QueueRow

__all__ = ["ClaimView", "CueView", "Desk", "EditView", "NoteView", "QueueRow"]
