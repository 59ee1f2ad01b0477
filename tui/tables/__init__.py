"""The lists: their columns, and the sources of their rows."""
