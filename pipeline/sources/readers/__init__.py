"""One reader a shape: text in, cues out. What a file is, its content says; its ending is not asked."""
