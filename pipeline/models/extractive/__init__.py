"""The embedded outliner: notes without any model, from the transcript's own sentences."""

from pipeline.models.extractive.outlining import Extractive

__all__ = ["Extractive"]
