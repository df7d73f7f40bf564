"""Container formats, one file each: how it encodes, its qualities, and its tags, written and read back."""
