"""What flows through the line: frozen values, importing nothing else of ours."""
