"""What we remember: replies and transcripts, by content."""
