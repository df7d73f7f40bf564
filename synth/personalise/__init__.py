"""Second stage: a Document and its listener become a Session with nothing left to decide. Pure."""
