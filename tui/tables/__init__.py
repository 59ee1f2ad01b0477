"""What each list shows: its columns, and the rows that its table asks for."""
