"""Transcripts written in the shapes that we read, so that reading them again gives the same words and times."""
