"""The outputs by their names."""

from synth.errors import DeviceError
from synth.outputs.output import Output

OUTPUTS = ("miniaudio", "simpleaudio", "null")
"""Where a session can be played; the first is the default, the last keeps time without a sound."""


def open_output(name: str, device: str | None = None) -> Output:
    """The output of that name, on the loudspeaker whose name ``device`` is or is a part of, else on the default one.

    Raises DeviceError where either isn't there; opening it is left to its first use.
    """
    if device is not None and name != OUTPUTS[0]:
        raise DeviceError(f"{name} can't play on a device of your choice; leave out --device, or --output {name}")
    if name == "simpleaudio":
        from synth.outputs.whole_track import WholeTrackSink

        return WholeTrackSink()
    if name == "null":
        from synth.outputs.null import NullSink

        return NullSink()
    from synth.outputs.loudspeaker import SpeakerSink

    return SpeakerSink(device)
