"""A finished track held against what it was asked to be: decoded, measured, told."""
