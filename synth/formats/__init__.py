"""Tracks as files: one file a container, with its encoder, its tags and its qualities."""
