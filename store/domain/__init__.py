"""What a register is about, apart from any file: its words, its dates, its text, its fields and its references."""
