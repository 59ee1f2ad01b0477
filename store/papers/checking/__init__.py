"""Checks a paper, line by line, against the register and against itself."""
