"""Widgets, one file each: given what to show, they post messages about what the person did."""
