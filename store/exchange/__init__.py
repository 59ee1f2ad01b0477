"""Export and import: shares, spreadsheets, JSON, Markdown, untrusted files, and the integrity check.

export.py writes every export; untrusted.py reads every file from elsewhere.
"""
