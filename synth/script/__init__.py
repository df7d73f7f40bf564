"""First stage: the text of a script becomes a Document, or every problem it has is told. Pure."""
