"""The command line: one command a file, over the same store as the screens, and never a screen."""
