"""The folder of notes: its index, its pages, their proofs."""
