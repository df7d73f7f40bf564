"""metta-synth: guided meditations from text, spoken, mixed with bells and an ambient bed, written or played.

The tour. A script goes one way, and each stop is a file or a folder of this package:

======================  ==============================================================================================
``script/``             the text of a meditation → a ``Document``, or every problem in it with its place
``interchange/``        the same for scripts in SSML and Speech Markdown
``lint.py``             what a careful reader would still remark in it
``personalise/``        Document + ``Profile`` + ``SessionOptions`` → a ``Session``: every sentence final
``speech.py``           Session + a voice (``voices/``) → a ``Clip`` on disk for every utterance, kept in ``cache.py``
``treatment.py``        what is done to a voice before it is kept: its tone, and the room around it
``timeline.py``         Session + lengths of speech → a ``Timeline`` of cues, in whole milliseconds
``plan.py``             an earlier layout, and how a new one keeps to it
``bells.py``            a Timeline → the same with bells through the sitting
``levels.py``           Timeline + clips + sounds (``sound.py``) → how loud everything will be, before it is mixed
``mix.py``              all of these → blocks, pydub ``AudioSegment`` at 48 kHz, stereo, 32 bits
``sinks/``              blocks → a tagged file, a loudspeaker, memory
``export.py``           a mix → a file, by all cores; no stretch of sound is encoded twice
``written/``            a Timeline → captions, SSML, or a page to read aloud from
``live/``               a Session played: keys bend it, and the same mix goes block by block to a loudspeaker
``unison.py``           Sessions of several listeners → one, in step; each one's part of its Timeline
``batch/``              a roster → a track for everybody on it, and a library that tells of them
``proof/``              a finished file, decoded and held against its timeline: every sentence, bell and pause
======================  ==============================================================================================

``pipeline.py`` composes them, and ``cli/`` is the command ``metta``. What ships is found by ``library.py``; the
units are in ``units.py``, the project format in ``audio.py``, BS.1770 in ``loudness.py``, the errors in ``errors.py``.

In a few lines::

    cache = Cache(Path("cache"))
    sounds = Sounds(cache, [])
    session = prepare(load_document("loving-kindness"), Profile(name="Ana"), Wishes(), sounds)
    track = compose(session, sounds, cache)
    export(track.mix, Path("ana.mp3"), track.info, cache)
"""

__version__ = "0.1.0"
