"""The log of changes: what a change is, how changes are appended and checked, and the tables that they add up to."""
