"""A track for every person of a roster and every meditation: read, planned, made."""
