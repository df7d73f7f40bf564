"""The outputs by their names."""

import pytest

from synth.errors import DeviceError
from synth.outputs.opening import OUTPUTS, open_output


@pytest.mark.parametrize("output", OUTPUTS[1:])
def test_a_device_is_for_miniaudio_alone(output: str) -> None:
    with pytest.raises(DeviceError, match=f"leave out --device, or --output {output}"):
        open_output(output, "Room")
