"""What a person can do, free of any surface: no click, no HTTP, nothing is printed. ``cli/`` calls it."""
