"""metta-synth: guided meditations from text, spoken, mixed with bells and an ambient bed, written or played.

The tour. A script becomes a document, a document and a listener's profile become a session, a session becomes a
timeline in whole milliseconds, a timeline becomes blocks of audio, and blocks go to an encoder or a loudspeaker. It
runs one way; the folders are the stages, in this order:

===================  =================================================================================================
``script/``          text → ``Document``, or every problem in it with its place; care lint; readers of other formats
``personalise/``     ``Document`` + ``Profile`` + ``SessionOptions`` → ``Session``: every sentence final
``voices/``          speech engines, a file each, behind the ``Voice`` protocol
``speech/``          ``Session`` → a ``Clip`` on disk for every utterance: spoken, trimmed, given its effect, measured
``timeline/``        ``Session`` + lengths of speech → ``Timeline`` of cues; its JSON both ways
``sounds/``          bells and beds, shipped or a user's own
``mix/``             ``Timeline`` + clips + sounds → planned levels → blocks: 48 kHz, stereo, 32 bits
``formats/``         one file a container: encode, write tags, read tags and timeline back
``outputs/``         where blocks sound: a loudspeaker, nothing but time, memory
``export/``          a mix → a file, by all cores; captions, SSML, a page to read from
===================  =================================================================================================

Their users:

===================  =================================================================================================
``pipeline.py``      the stages composed: ``prepare``, ``compose``, ``send``
``live/``            a ``Session`` played: commands change its schedule, and the same mix goes to a loudspeaker
``batch/``           a roster → a track for everybody on it, and a library that tells of them
``verify/``          a finished file, decoded and held against its timeline
``app/``             the use cases, free of any surface
``cli/``             the command ``metta``: a file a command; it alone prints, prompts and exits
===================  =================================================================================================

On disk: ``scripts.py`` (meditations, phrases, lexicon), ``profiles.py`` (who is listening), ``history.py`` (sittings),
``content_cache.py`` (made things by what they are made of), ``paths.py``, ``files.py``. Below them: ``audio/`` (project
format, ffmpeg, BS.1770), ``yaml_source.py``, ``source.py``, ``wording.py``, ``phonetics.py``,
``errors.py``, ``units.py``.

In a few lines::

    cache = Cache(Path("cache"))
    sounds = Sounds(cache, [])
    session = prepare(load_document("loving-kindness"), Profile(name="Ana"), SessionOptions(), sounds)
    track = compose(session, sounds, cache)
    export(track.mix, Path("ana.mp3"), track.metadata, cache)
"""

__version__ = "0.1.0"
