"""What is known about languages: words, stop words, numbers, negation, fillers. Data and pure functions."""
