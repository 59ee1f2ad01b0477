"""The rules of a check, by subject: each a small function that takes a paper as read and gives findings."""
