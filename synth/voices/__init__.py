"""Speech engines: one file an engine, behind the ``Voice`` protocol."""
