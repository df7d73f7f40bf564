"""Bells and beds: the shipped ones and a user's files, decoded once into the project format."""
