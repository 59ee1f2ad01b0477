"""Widgets, one file each: told what to show, they say what the person did."""
