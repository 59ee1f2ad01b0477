"""The program: the command line and the screens."""
