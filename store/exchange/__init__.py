"""Files for elsewhere, and back in: shares, spreadsheets, JSON and text. `export` in out.py is the way out."""
