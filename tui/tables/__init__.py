"""The tables of the screens: their columns, and the sources of their rows."""
