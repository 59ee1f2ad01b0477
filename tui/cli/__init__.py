"""The command line: one click command a file, over the same store as the screens."""
