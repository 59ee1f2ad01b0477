"""Files for elsewhere, and back in: shares, spreadsheets, JSON and text. export.py is the way out, untrusted.py the way
in."""
