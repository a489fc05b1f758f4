"""Drafts become claims here and nowhere else: each is checked against the transcript and explains its verdict."""
