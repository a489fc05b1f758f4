"""citenote: video transcripts in, wikilinked Markdown notes out, every claim with its proof."""

__version__ = "0.1.0"
