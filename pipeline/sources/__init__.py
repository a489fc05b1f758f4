"""Where words come from: transcript files of every shape, and YouTube."""
