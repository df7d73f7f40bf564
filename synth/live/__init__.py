"""A session played in the room: it can be held, stayed with, repeated and left while it runs."""
