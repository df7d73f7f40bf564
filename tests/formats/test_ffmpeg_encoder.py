"""Blocks through a pipe to ffmpeg: all of them, or its reason."""

from pathlib import Path

import numpy as np
import pytest
from helpers.sound import one_line

from synth.audio.ffmpeg import decode
from synth.audio.pcm import RAW_FORMAT, silence, to_segment
from synth.formats.ffmpeg_encoder import FfmpegEncoder, encode_by_ffmpeg

WHOLE = ("-c:a", "pcm_s32le", "-f", "wav")


def test_every_block_is_in_the_file_in_its_order(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).uniform(-1, 1, (48 * 50, 2))
    blocks = [to_segment(noise[at : at + 480]) for at in range(0, len(noise), 480)]
    path = tmp_path / "-a: b.wav"
    encode_by_ffmpeg(path, iter(blocks), WHOLE)
    assert b"".join(decode(path)) == b"".join(block.raw_data for block in blocks)


def test_a_further_input_is_number_one(tmp_path: Path) -> None:
    (tmp_path / "other.raw").write_bytes(silence(200).raw_data)
    inputs = (*RAW_FORMAT, "-i", f"file:{tmp_path / 'other.raw'}")
    encode_by_ffmpeg(tmp_path / "a.mka", [silence(100)], ("-map", "1:a", "-c:a", "flac", "-f", "matroska"), inputs)
    encode_by_ffmpeg(tmp_path / "b.mka", [silence(100)], ("-c:a", "flac", "-f", "matroska"), inputs)
    one, two = ((tmp_path / name).read_bytes().count(b"A_FLAC") for name in ("b.mka", "a.mka"))
    assert (one, two) == (1, 2)


@pytest.mark.parametrize("arguments", [("-c:a", "nothing"), ("-f", "nothing")])
def test_its_failure_is_told_in_its_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(OSError, match=r"nothing|encoder|format|Invalid|Error") as raised:
        encode_by_ffmpeg(tmp_path / "a.wav", [silence(1_000)] * 20, arguments)
    assert one_line(raised.value)


def test_it_is_given_up_where_an_error_leaves_it(tmp_path: Path) -> None:
    def left() -> None:
        with FfmpegEncoder(tmp_path / "there is no such folder" / "a.wav", WHOLE):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        left()
