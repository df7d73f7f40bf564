"""What all tests of one session share, on however many workers."""

DECODED_SOUNDS = "TEST_DECODED_SOUNDS"
"""The environment variable that names a folder for decoded sounds."""
