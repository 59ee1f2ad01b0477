"""What is about the person at this desk, not about the register: settings, drafts, which files are theirs.

No screen in it.
"""
