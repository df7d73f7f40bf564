"""The process that holds a pyttsx3 engine: one JSON request a line on standard input, one JSON reply a line.

pyttsx3 prints to standard output and espeak may end the process; both stay in here. A request is
``{"text", "voice", "rate", "file"}`` or ``{"list": true}``; with ``"phonemes": true`` what stands between ``[[`` and
``]]`` is espeak's mnemonics. A reply is ``{"ok": true, …}`` or ``{"error": "…"}``.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Answers requests until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what pyttsx3 prints goes to standard error
    engine: Any = None
    for line in sys.stdin:
        try:
            engine = engine or _start()
            reply = _answer(engine, json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def _start() -> Any:
    if sys.platform.startswith("linux"):
        return _start_espeak()
    import pyttsx3

    return pyttsx3.init()


def _start_espeak() -> Any:
    """pyttsx3's espeak driver, on the library and data that pip brought.

    The driver opens ``libespeak-ng.so.1`` by its name alone, which succeeds once a library of that SONAME is
    loaded. It must be given its data folder before the driver does it without one: espeak would end the process.
    """
    import ctypes

    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    import pyttsx3
    from pyttsx3.drivers import _espeak
    from pyttsx3.drivers.espeak import EspeakDriver

    dont_exit = 0x8000
    data = espeakng_loader.get_data_path().encode()
    if _espeak.Initialize(_espeak.AUDIO_OUTPUT_RETRIEVAL, 1000, data, dont_exit) <= 0:
        raise RuntimeError("espeak-ng found no voices in its data folder")
    EspeakDriver._moduleInitialized = True
    EspeakDriver._defaultVoice = "gmw/en"
    engine = pyttsx3.init("espeak")
    engine.metta_phonemes = False
    synth = _espeak.Synth
    _espeak.Synth = lambda text, flags: synth(text, flags=flags | (_espeak.PHONEMES if engine.metta_phonemes else 0))
    library.espeak_Info.restype = ctypes.c_char_p
    _settle()
    engine.proxy.setBusy(False)  # from now on what is set is set at once, the first time too
    engine.metta_version = "espeak-ng " + library.espeak_Info(None).decode()
    return engine


def _answer(engine: Any, request: dict[str, Any]) -> dict[str, Any]:
    if request.get("list"):
        import importlib.metadata

        driver = getattr(engine, "metta_version", sys.platform)
        return {
            "ok": True,
            "version": f"pyttsx3 {importlib.metadata.version('pyttsx3')}, {driver}",
            "voices": [
                {"id": voice.id, "name": voice.name, "languages": list(_languages(voice))}
                for voice in engine.getProperty("voices")
            ],
        }
    engine.metta_phonemes = request.get("phonemes", False)
    _save(engine, request["text"], request["voice"], request["rate"], request["file"])
    return {"ok": True}


def _languages(voice: Any) -> Iterator[str]:
    for language in voice.languages or ():
        tag = language.decode(errors="ignore") if isinstance(language, bytes) else str(language)
        yield tag.lstrip("\x05").replace("_", "-").lower()


def _save(engine: Any, text: str, voice: str, rate: int, file: str) -> None:
    """One text to one file, and back only when the engine is done with it.

    A refused voice is told to nobody but the "error" event. On Linux ``runAndWait`` may return before the file is
    there, so the engine's own "finished" is waited for; the drivers of macOS and Windows save before they return.
    Raises RuntimeError where the engine refused something or did not come to its end.
    """
    finished: list[bool] = []
    errors: list[str] = []
    tokens = [
        engine.connect("finished-utterance", lambda name, completed: finished.append(completed)),
        engine.connect("error", lambda name, exception: errors.append(str(exception))),
    ]
    try:
        engine.setProperty("voice", voice)
        engine.setProperty("rate", rate)
        _settle()
        engine.save_to_file(text, file)
        engine.runAndWait()
        if sys.platform.startswith("linux"):
            while not finished and not errors:  # whoever sent the request keeps the time
                time.sleep(0.002)
            _settle()
            if not all(finished):
                errors.append("the engine was cut short")
    finally:
        for token in tokens:
            engine.disconnect(token)
    if errors:
        raise RuntimeError(errors[0])


def _settle() -> None:
    """Waits until espeak is idle: pyttsx3 begins by cancelling whatever is not done yet, and the text after it."""
    if sys.platform.startswith("linux"):
        from pyttsx3.drivers import _espeak

        _espeak.Synchronize()


if __name__ == "__main__":
    main()
