"""What makes each shipped sound itself, measured from its file: partials, decays and beats, colours, events, movement.

The figures of the catalogue are what the bells were made of; here they are found again in what one hears.
"""

from itertools import pairwise

import numpy as np
import pytest
from helpers.sound import FRAMES, decibels, largest_step, shipped_sound
from numpy.typing import NDArray

from synth.audio.loudness import energies, gated_loudness
from synth.content_cache import Cache
from synth.sounds.catalogue import Partial, catalogue
from synth.sounds.collection import Sounds
from synth.sounds.sound import Sound, Wave, waves_between

Array = NDArray[np.float64]

RATE = 48_000
BELLS = [name for name, info in catalogue().items() if info.kind == "bell"]
BEDS = [name for name, info in catalogue().items() if info.kind == "bed"]
LOOPS = [name for name in BEDS if not catalogue()[name].waves]
PERIOD_S = 64


def partials_of(name: str) -> tuple[Partial, ...]:
    return catalogue()[name].figures.partials or ()


def strong(name: str) -> list[Partial]:
    """The partials that stand out of the others."""
    return [partial for partial in partials_of(name) if partial.level_db >= -18]


def lasting(name: str) -> list[Partial]:
    """Those whose fading can be followed: not the higher ones of the block, which the room outlasts."""
    return [partial for partial in strong(name) if partial.t60_s > 0.3]


def power(samples: NDArray[np.float32], size: int) -> tuple[Array, Array]:
    """Frequencies in Hz and the mean power at them, of both channels, in blocks of ``size`` frames."""
    blocks = samples[: len(samples) // size * size].reshape(-1, size, 2) * np.hanning(size)[:, None]
    heard: Array = np.square(np.abs(np.fft.rfft(blocks, axis=1))).mean(axis=(0, 2))
    return np.fft.rfftfreq(size, 1 / RATE).astype(float), heard


def band_levels(samples: NDArray[np.float32], low: float, high: float, ms: int) -> Array:
    """The level in dB of a band of the mono sum, every ``ms`` milliseconds."""
    size = ms * FRAMES
    mono = samples.mean(axis=1)
    blocks = mono[: len(mono) // size * size].reshape(-1, size) * np.hanning(size)
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    inside = (hertz >= low) & (hertz < high)
    return np.asarray(10 * np.log10(np.square(np.abs(np.fft.rfft(blocks, axis=1)[:, inside])).sum(axis=1) + 1e-12))


def alone(name: str, partial: Partial) -> tuple[Array, Array]:
    """Times in s, and the level in dB on the left of what lies about one partial: its pair of modes and little else."""
    samples = shipped_sound(name)
    channel = np.pad(samples[:, 0].astype(float), (0, RATE - len(samples) % RATE))
    others = [other.hz for other in partials_of(name) if other is not partial]
    gap = min(abs(other - partial.hz) for other in others)
    half = min(0.45 * gap, max(12.0, 3 * partial.beat_hz, 24 / partial.t60_s))
    per_hertz = len(channel) / RATE
    around = slice(round((partial.hz - half) * per_hertz), round((partial.hz + half) * per_hertz))
    level = 20 * np.log10(np.abs(np.fft.ifft(np.fft.rfft(channel)[around])) + 1e-12)
    times = np.arange(len(level)) / len(level) * len(channel) / RATE
    heard = (times > 0.15 * min(partial.t60_s, 0.4)) & (times < 0.55 * partial.t60_s)
    heard &= times < len(samples) / RATE - 0.15
    return times[heard], level[heard]


def fall(times: Array, level: Array) -> tuple[float, Array]:
    """The seconds in which a level falls by 60 dB, and what is left of it beside the straight line."""
    slope, start = np.polyfit(times, level, 1)
    return float(-60 / slope), level - (slope * times + start)


class TestBells:
    @pytest.mark.parametrize("name", BELLS)
    def test_begins_at_the_stroke_and_ends_in_silence(self, name: str) -> None:
        samples = shipped_sound(name)
        peak = np.abs(samples).max()
        loud = np.nonzero(np.abs(samples).max(axis=1) > peak / 4)[0]
        assert loud[0] < 40 * FRAMES, "the stroke is heard at once"
        assert decibels(np.abs(samples[0]).max() / peak) < -60
        assert not samples[-1].any()
        assert decibels(np.abs(samples[-20 * FRAMES :]).max() / peak) < -60

    @pytest.mark.parametrize("name", BELLS)
    def test_has_its_partials_where_they_are_stated(self, name: str) -> None:
        samples = shipped_sound(name)
        size = 1 << 20
        ringing = samples[20 * FRAMES : 4_000 * FRAMES].mean(axis=1)
        spectrum = np.abs(np.fft.rfft(ringing * np.blackman(2 * len(ringing))[len(ringing) :], size))
        hertz = np.fft.rfftfreq(size, 1 / RATE)
        for partial in strong(name):
            near = np.abs(hertz - partial.hz) < max(0.01 * partial.hz, 2 * partial.beat_hz)
            found = float(hertz[near][np.argmax(spectrum[near])])
            assert abs(found - partial.hz) < 0.75 * partial.beat_hz + 0.001 * partial.hz, partial
            about = np.abs(hertz - partial.hz) < 0.1 * partial.hz + 40 / partial.t60_s
            assert decibels(spectrum[near].max() / np.median(spectrum[about])) > 8, f"{partial} stands out"

    @pytest.mark.parametrize("name", BELLS)
    def test_its_partials_are_inharmonic(self, name: str) -> None:
        first, *others = (partial.hz for partial in partials_of(name))
        ratios = np.array(others) / first
        assert np.abs(ratios - np.rint(ratios)).max() > 0.2

    @pytest.mark.parametrize("name", BELLS)
    def test_its_partials_fade_as_stated_the_higher_the_sooner(self, name: str) -> None:
        found = [fall(*alone(name, partial))[0] for partial in lasting(name)]
        assert found == pytest.approx([partial.t60_s for partial in lasting(name)], rel=0.15)
        assert all(higher < 1.05 * lower for lower, higher in pairwise(found)), found

    @pytest.mark.parametrize("name", BELLS)
    def test_its_partials_beat_as_stated(self, name: str) -> None:
        for partial in lasting(name):
            times, level = alone(name, partial)
            _, swing = fall(times, level)
            inner = swing[len(swing) // 20 : -len(swing) // 20]
            assert np.ptp(inner) > 2.5, f"{partial} stands still"
            spectrum = np.abs(np.fft.rfft(swing * np.hanning(len(swing)), 1 << 16))
            hertz = np.fft.rfftfreq(1 << 16, times[1] - times[0])
            spectrum[hertz < 1.2 / (times[-1] - times[0])] = 0
            assert hertz[np.argmax(spectrum)] == pytest.approx(partial.beat_hz, rel=0.15), partial

    @pytest.mark.parametrize(
        ("name", "ms"), [("bowl", 40), ("temple-bell", 40), ("chime", 12), ("bell", 12), ("gong", 60), ("block", 12)]
    )
    def test_the_mallet_is_heard_in_the_first_moment(self, name: str, ms: int) -> None:
        """Noise between the partials, which is gone soon after."""

        def between(start_ms: int) -> float:
            part = shipped_sound(name)[start_ms * FRAMES : (start_ms + ms) * FRAMES].mean(axis=1)
            size = 1 << 15
            spectrum = np.square(np.abs(np.fft.rfft(part * np.blackman(len(part)), size)))
            hertz = np.fft.rfftfreq(size, 1 / RATE)
            partial = np.array([partial.hz for partial in partials_of(name)])
            near = np.abs(hertz[:, None] - partial).min(axis=1) < 3_000 / ms
            heard = (hertz > 50) & (hertz < 8_000)
            return float(10 * np.log10(spectrum[heard & ~near].sum() / spectrum[heard].sum()))

        assert between(0) > -40
        assert between(0) > between(120) + 5

    def test_the_gong_opens_after_the_stroke(self) -> None:
        high = band_levels(shipped_sound("gong"), 500, 3_000, 100)
        low = band_levels(shipped_sound("gong"), 50, 300, 100)
        assert 3 <= np.argmax(high) <= 12, "the shimmer is strongest about half a second later"
        assert high[:12].max() > high[0] + 3
        assert low[0] > low[:12].max() - 3


@pytest.mark.parametrize("name", [*BELLS, *BEDS])
class TestEverySound:
    def test_is_wide_and_keeps_its_power_in_mono(self, name: str) -> None:
        samples = shipped_sound(name)[: 20 * RATE]
        assert 0.2 < catalogue()[name].figures.mono_loss_db < 3
        size = 1 << 14
        padded = np.pad(samples, ((0, -len(samples) % size), (0, 0)))
        hertz, both = power(padded, size)
        _, mono = power(np.repeat(padded.mean(axis=1, keepdims=True), 2, axis=1), size)
        for low in 63 * 2.0 ** np.arange(7):
            octave = (hertz >= low) & (hertz < 2 * low)
            if both[octave].sum() > 0.01 * both.sum():
                assert 10 * np.log10(both[octave].sum() / mono[octave].sum()) < 3.5, f"from {low:.0f} Hz"

    def test_stands_in_the_middle(self, name: str) -> None:
        left, right = np.square(shipped_sound(name)).mean(axis=0)
        assert abs(10 * np.log10(left / right)) < 1

    def test_has_no_steady_pressure_in_it(self, name: str) -> None:
        samples = shipped_sound(name)
        assert decibels(float(np.abs(samples.mean(axis=0)).max() / np.sqrt(np.square(samples).mean()))) < -40


@pytest.mark.parametrize("name", LOOPS)
def test_a_bed_holds_no_shorter_round(name: str) -> None:
    """Whatever came round again within its period would do so between a quarter and a half of it as well."""
    period = shipped_sound(name)[: PERIOD_S * RATE]
    mono = period.mean(axis=1)[::4]
    swells = [band_levels(period, low, 8 * low, 100) for low in (60, 500)]
    for signal, most in [(mono, 0.7), *((swell - swell.mean(), 0.7) for swell in swells)]:
        like = np.fft.irfft(np.square(np.abs(np.fft.rfft(signal))))
        assert (like[len(like) // 4 : len(like) // 2 + 1] / like[0]).max() < most


def octaves(name: str, low: float, count: int) -> Array:
    """The power density in dB of so many octaves from ``low`` Hz up."""
    hertz, heard = power(shipped_sound(name)[: 30 * RATE], 1 << 14)
    edges = low * 2.0 ** np.arange(count)
    return np.array([10 * np.log10(heard[(hertz >= edge) & (hertz < 2 * edge)].mean()) for edge in edges])


class TestNoises:
    @pytest.mark.parametrize(("name", "slope"), [("brown", -6.02), ("pink", -3.01)])
    def test_falls_straight(self, name: str, slope: float) -> None:
        assert np.diff(octaves(name, 62.5, 7)) == pytest.approx(np.full(6, slope), abs=0.6)
        assert catalogue()[name].figures.slope_db_per_octave == pytest.approx(slope, abs=0.15)

    @pytest.mark.parametrize("name", LOOPS)
    def test_the_slope_is_the_one_stated(self, name: str) -> None:
        edges = 125 / 2**0.5
        found = np.polyfit(np.arange(6), octaves(name, edges, 6), 1)[0]
        assert catalogue()[name].figures.slope_db_per_octave == pytest.approx(found, abs=0.35)

    @pytest.mark.parametrize("name", ["brown", "pink"])
    def test_is_even(self, name: str) -> None:
        assert np.std(band_levels(shipped_sound(name), 250, 8_000, 500)) < 0.7


class TestWater:
    def test_rain_is_of_drops_of_many_sizes(self) -> None:
        levels = band_levels(shipped_sound("rain"), 500, 8_000, 4)
        bright = band_levels(shipped_sound("rain"), 2_000, 8_000, 4) - band_levels(shipped_sound("rain"), 500, 2_000, 4)
        inner = levels[1:-1]
        loud = inner > np.median(levels) + 5
        drop = np.nonzero(loud & (inner >= levels[:-2]) & (inner >= levels[2:]))[0] + 1
        assert len(drop) > 5 * PERIOD_S, "several stand out each second"
        assert np.ptp(levels[drop]) > 9, "some far louder than others"
        assert np.percentile(bright[drop], 90) - np.percentile(bright[drop], 10) > 8, "and brighter"

    def test_a_stream_is_of_bubbles_that_ring(self) -> None:
        """In a hundredth of a second a bubble's tone stands over its neighbours more than noise does."""

        def peaky(name: str) -> float:
            mono = shipped_sound(name)[: 20 * RATE].mean(axis=1).reshape(-1, 480)
            spectrum = np.square(np.abs(np.fft.rfft(mono * np.hanning(480), 1_920, axis=1)))[:, 16:161]
            return float(np.mean(spectrum.max(axis=1) / spectrum.mean(axis=1)))

        assert peaky("stream") > 1.15 * peaky("pink")


class TestWind:
    def test_comes_in_gusts_of_seconds(self) -> None:
        levels = band_levels(shipped_sound("wind"), 500, 2_000, 1_000)
        assert np.ptp(levels) > 10
        assert np.abs(np.diff(levels)).mean() < 0.7 * np.std(levels), "from second to second it changes little"

    def test_is_brighter_the_stronger_it_blows(self) -> None:
        wind = shipped_sound("wind")
        low, high = (band_levels(wind, lowest, 2 * lowest, 1_000) for lowest in (180, 1_440))
        assert np.corrcoef(low, high - low)[0, 1] > 0.3
        assert np.std(high) > 1.5 * np.std(low)


class TestCrickets:
    def test_sing_between_four_and_five_kilohertz(self) -> None:
        hertz, heard = power(shipped_sound("crickets"), 1 << 14)
        high = hertz > 2_000
        assert 4_000 < hertz[high][np.argmax(heard[high])] < 5_000
        inside = (hertz > 4_000) & (hertz < 5_000)
        assert heard[inside].sum() > 0.85 * heard[high].sum()

    def test_one_of_them_chirps_two_or_three_times_a_second_in_threes(self) -> None:
        mono = shipped_sound("crickets")[: PERIOD_S * RATE].mean(axis=1)
        spectrum = np.fft.rfft(mono)
        size = 200 * PERIOD_S
        first = 4_350 * PERIOD_S - size // 2
        song = np.abs(np.fft.ifft(spectrum[first : first + size] * np.hanning(size)))  # 200 values a second
        rhythm = np.abs(np.fft.rfft(np.square(song) - np.square(song).mean()))
        hertz = np.arange(len(rhythm)) / PERIOD_S
        pulse = (hertz > 18) & (hertz < 45)
        assert hertz[pulse][np.argmax(np.convolve(rhythm, np.ones(65), "same")[pulse])] == pytest.approx(27, abs=4)
        smooth = np.convolve(song, np.hanning(24) / np.hanning(24).sum(), "same")
        inner = smooth[1:-1]
        chirp = (inner > 0.4 * np.percentile(smooth, 99)) & (inner > smooth[:-2]) & (inner >= smooth[2:])
        gaps = np.diff(np.nonzero(chirp)[0]) / 200
        assert 0.3 < np.median(gaps) < 0.5
        assert np.std(gaps[gaps < 0.6]) > 0.02, "no clock"


WAVES = 12
WAVE = 18 * RATE
HOUR = 3_600 * RATE


@pytest.fixture(scope="module")
def waves() -> list[Wave]:
    """An hour of waves."""
    return list(waves_between(0, HOUR, WAVE, WAVES))


@pytest.fixture(scope="module")
def ocean(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return Sounds(Cache(tmp_path_factory.mktemp("ocean")), []).bed("ocean")


class TestOcean:
    """The bed as it sounds: the waves of its file, laid over each other for hours."""

    def test_a_wave_comes_every_8_to_14_seconds(self, waves: list[Wave]) -> None:
        gaps = np.diff([wave.start for wave in waves]) / RATE
        assert len(gaps) > 320
        assert gaps.min() >= 8
        assert gaps.max() <= 14
        assert gaps.min() < 8.5, "they take the whole range"
        assert gaps.max() > 13.5

    def test_no_wave_comes_twice_in_a_row_and_all_come_as_often(self, waves: list[Wave]) -> None:
        numbers = [wave.number for wave in waves]
        assert all(wave not in numbers[at + 1 : at + 4] for at, wave in enumerate(numbers))
        assert np.ptp(np.bincount(numbers, minlength=WAVES)) <= 2

    def test_no_three_waves_in_a_row_come_again_within_an_hour(self, waves: list[Wave]) -> None:
        def told(at: int) -> tuple[tuple[int, bool, int], ...]:
            return tuple((w.number, w.mirrored, w.start - waves[at].start) for w in waves[at : at + 3])

        assert len({told(at) for at in range(len(waves) - 2)}) == len(waves) - 2
        sides = np.array([wave.mirrored for wave in waves])
        assert 0.4 < sides.mean() < 0.6
        gains = 20 * np.log10([wave.gain for wave in waves])
        assert (gains.min() < -1.9, gains.max() > 1.9, np.abs(gains).max() <= 2) == (True, True, True)

    def test_no_minute_of_what_sounds_comes_again(self, ocean: Sound) -> None:
        """A minute is laid along twenty of its lows: only at its own place may it fit."""
        per_second = 500
        size = RATE // per_second
        minutes = (ocean.stretch(start, 60 * RATE) for start in range(0, HOUR // 3, 60 * RATE))
        lows = np.concatenate([minute.mean(axis=1).reshape(-1, size).mean(axis=1) for minute in minutes])
        length = 60 * per_second
        powers = np.concatenate([[0], np.square(lows).cumsum()])
        around = np.sqrt(powers[length:] - powers[:-length])
        spectrum = np.fft.rfft(lows, 1 << 20)
        for at in range(0, len(lows) - length, 4 * length):
            minute = lows[at : at + length]
            like = np.fft.irfft(spectrum * np.fft.rfft(minute, 1 << 20).conj())[: len(around)]
            like /= around * np.linalg.norm(minute)
            assert like[at] == pytest.approx(1), "it is found where it is"
            like[max(0, at - per_second) : at + per_second] = 0
            assert like.max() < 0.6, f"minute {at // length} comes again"

    def test_its_waves_are_heard_to_break_8_to_14_seconds_apart(self, ocean: Sound) -> None:
        """Or nearly so, as some crest later after their beginning than others."""
        swell = band_levels(ocean.stretch(0, 300 * RATE).astype(np.float32), 130, 2_500, 500)
        smooth = np.convolve(swell, np.hanning(7) / np.hanning(7).sum(), "same")
        inner = smooth[1:-1]
        crests = np.nonzero((inner > smooth[:-2]) & (inner >= smooth[2:]) & (inner > np.median(smooth)))[0] / 2
        gaps = np.diff(crests)
        assert np.median(gaps) == pytest.approx(11, abs=1)
        assert np.mean((gaps > 6.5) & (gaps < 15.5)) > 0.9

    def test_is_the_same_in_whatever_stretches_it_is_read(self, ocean: Sound) -> None:
        for start in (-2 * RATE, 0, 7_654_321, 24 * HOUR - 30 * RATE):
            whole = ocean.stretch(start, 30 * RATE)
            pieces = [ocean.stretch(start + at, min(99_999, 30 * RATE - at)) for at in range(0, 30 * RATE, 99_999)]
            assert np.array_equal(np.concatenate(pieces), whole)

    def test_never_steps(self, ocean: Sound) -> None:
        for wave in waves_between(60 * RATE, 120 * RATE, WAVE, WAVES):
            for edge in (wave.start, wave.start + WAVE):
                around = ocean.stretch(edge - RATE, 2 * RATE)
                assert largest_step(around[RATE - 2 : RATE + 2]) <= largest_step(around[: RATE - 100])

    def test_its_loudness_is_that_of_what_sounds(self, ocean: Sound) -> None:
        parts = [energies(ocean.stretch(start, 20 * RATE)) for start in range(0, HOUR, HOUR // 15)]
        assert ocean.loudness == pytest.approx(gated_loudness(np.concatenate(parts)), abs=0.5)


def peaks(name: str, count: int, high: float = 1_200) -> list[float]:
    """The frequencies in Hz of a bed's strongest partials, each at least 12 Hz from the others."""
    mono = shipped_sound(name)[: PERIOD_S * RATE].mean(axis=1)
    spectrum = np.square(np.abs(np.fft.rfft(mono)))
    spectrum = np.convolve(spectrum, np.ones(PERIOD_S), "same")[: round(high * PERIOD_S)]
    found = []
    for _ in range(count):
        at = int(np.argmax(spectrum))
        found.append(at / PERIOD_S)
        spectrum[max(0, at - 12 * PERIOD_S) : at + 12 * PERIOD_S] = 0
    return sorted(found)


class TestTones:
    @pytest.mark.parametrize(
        ("name", "notes"),
        [("drone", (0.5, 1, 1.5, 2, 3)), ("tanpura", (0.5, 0.75, 1)), ("pad", (1, 1.5, 2, 9 / 4, 5 / 2, 3, 4))],
    )
    def test_is_made_of_the_harmonics_of_its_notes(self, name: str, notes: tuple[float, ...]) -> None:
        root = catalogue()[name].figures.root_hz
        assert root
        harmonics = np.array([root * note * number for note in notes for number in range(1, 40)])
        found = peaks(name, 7)
        off = [np.abs(1_200 * np.log2(hertz / harmonics)).min() for hertz in found]
        assert max(off) < 15, (found, off)

    @pytest.mark.parametrize("name", ["drone", "tanpura", "pad"])
    def test_moves_slowly(self, name: str) -> None:
        for hertz in peaks(name, 4):
            levels = band_levels(shipped_sound(name)[: 40 * RATE], hertz - 6, hertz + 6, 500)
            assert np.std(levels) > 0.8, f"{hertz:.0f} Hz stands still"
        whole = band_levels(shipped_sound(name), 50, 4_000, 500)
        assert np.abs(np.diff(whole)).max() < 6, "nothing in it startles"

    def test_each_pluck_of_the_tanpura_runs_down_through_the_harmonics(self) -> None:
        """After a pluck the higher of two bands of harmonics fades the sooner."""
        tanpura = shipped_sound("tanpura")
        levels = band_levels(tanpura, 100, 6_000, 20)
        rises = levels[10:] - levels[:-10]
        every = np.array([np.argmax(rises[start : start + 67]) + start + 10 for start in range(0, 2_900, 67)])
        falls = [
            np.mean([band[at + 45] - band[at + 5] for at in every if at + 45 < len(band)])
            for band in (band_levels(tanpura, low, high, 20) for low, high in ((300, 900), (2_500, 5_000)))
        ]
        assert falls[1] < falls[0] - 3, falls
