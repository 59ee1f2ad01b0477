"""What the app asks before it does something: one subject a file. A dialog hands back commands and saves nothing."""
