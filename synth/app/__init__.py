"""What a person can do, free of any surface: no click, no HTTP, and nothing is printed or asked here.

``workspace`` is what all of it works with, ``session_request`` who listens and how. Then a file a use: ``meditations``
(what ships), ``outline`` (a session before any sound), ``checking``, ``rendering``, ``proving``, ``playing`` (live) and
``whole_playback``, ``batching``, ``auditions`` (voices and sounds), ``diagnostics``. What this program says by itself
is built in ``own_documents``.
"""
