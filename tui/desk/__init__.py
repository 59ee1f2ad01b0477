"""What is local to a person and a machine, and in no register: settings, drafts, which files are theirs. No Textual."""
