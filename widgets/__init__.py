"""Widgets, one file each: given what to show, they report what the person did."""
