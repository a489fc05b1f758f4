"""One reader a shape: text in, cues out."""
