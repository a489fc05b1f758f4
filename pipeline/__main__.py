"""`python -m pipeline` is the command `citenote`."""

from pipeline.cli import main

main(prog_name="citenote")
