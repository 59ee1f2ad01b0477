"""Import of a tracker: a CSV, Excel or JSON file becomes items of the register, with a preview that loses nothing.

tables.py is what a file holds, as text and with addresses; csv_json.py and workbook.py read it. columns.py guesses
which column is which field, words.py what each status and theme in the file is here, mapping.py keeps both. plan.py
turns rows into commands; store/commands/imports.py writes them.
"""
