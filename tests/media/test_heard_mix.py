"""One trailer walked through: every line, voice-over, duck, breath and hit of its manifest is found in the files."""

from __future__ import annotations

import wave
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from samples.film import SampleFilm
from samples.truth import Truth

from cinecore.audio.ducking import SPEECH_BAND_HZ
from cinecore.audio.extract import read_film_sounds, read_sound_file
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.palette import HITS
from cinecore.audio.sources import effect_sound, make_sound
from cinecore.audio.wave import Pcm
from cinecore.ffmpeg.probe import probe
from cinecore.timebase import SAMPLE_RATE, FrameRate
from cinecore.timeline import AudioCue, FilmSound, Stem
from cinecut.compose import Outcome, make_trailer
from cinecut.manifest.io import read_manifest, write_manifest
from cinecut.manifest.layout import Layout, lay_out
from cinecut.manifest.schema import Manifest, VoiceOver
from cinecut.manifest.vibe import load_vibe
from cinecut.settings import TrailerSettings

pytestmark = pytest.mark.media

VIBE, SECONDS = "thriller", 36
MS = SAMPLE_RATE // 1000


@dataclass(frozen=True)
class Heard:
    """A finished trailer with its stems."""

    film: Path
    outcome: Outcome
    manifest: Manifest
    layout: Layout
    stems: dict[str, Pcm]

    def at(self, frame: int) -> float:
        return float(self.layout.rate.seconds(frame))

    def spoken(self) -> list[tuple[float, float, float]]:
        """Trailer seconds of each line in a clip, and the film second that it begins with."""
        spans = []
        for index, clip in enumerate(self.manifest.clips):
            begins = self.at(self.layout.item_of_clip(index).start) - clip.source_start_s
            spans += [
                (one.start_s + begins, one.end_s + begins, one.start_s)
                for one in clip.lines
                if clip.sound == "line"
            ]
        return spans

    def voices(self) -> list[tuple[float, float, float]]:
        """The same for voice-overs."""
        return [
            (one.time_s, one.time_s + one.source_end_s - one.source_start_s, one.source_start_s)
            for one in self.manifest.voice_overs
        ]


@pytest.fixture(scope="module")
def heard(sample_film: Callable[[int], SampleFilm], tmp_path_factory: pytest.TempPathFactory) -> Heard:
    film, folder = sample_film(1000), tmp_path_factory.mktemp("heard")
    settings = TrailerSettings(
        film.film,
        film.ass,
        VIBE,
        Fraction(SECONDS),
        output=folder / "heard.mp4",
        work_dir=folder / "work",
        vision="none",
        stems=True,
        jobs=2,
        review=True,
    )
    planned = make_trailer(settings, listen=lambda _: None, say=lambda _: None)
    rate = FrameRate.parse(film.truth.rate)
    before = read_manifest(planned.manifest)
    write_manifest(
        planned.manifest, before.model_copy(update={"voice_overs": by_hand(before, film.truth, rate)})
    )
    outcome = make_trailer(replace(settings, review=False), listen=lambda _: None, say=lambda _: None)
    assert outcome.output is not None
    manifest = read_manifest(outcome.work_dir / "ASSEMBLY_MANIFEST.json")
    stems = {path.stem: wav(path) for path in sorted((folder / "heard_stems").glob("*.wav"))}
    return Heard(film.film, outcome, manifest, lay_out(manifest, rate), stems)


def by_hand(manifest: Manifest, truth: Truth, rate: FrameRate) -> tuple[VoiceOver, ...]:
    """One line of the film over the middle of the longest silent clip of acts 1 and 2, as a person might write it."""
    layout = lay_out(manifest, rate)
    silent = [
        layout.item_of_clip(index)
        for index, clip in enumerate(manifest.clips)
        if clip.sound == "none" and clip.act in {"act1", "beat_drop", "act2"}
    ]
    item = max(silent, key=lambda item: item.frames)
    shown = [(clip.source_start_s, clip.source_end_s) for clip in manifest.clips]
    line = next(
        line
        for line in truth.lines
        if 0.9 <= line.end_s - line.start_s <= float(rate.seconds(item.frames)) - 0.2
        and all(end < line.start_s or line.end_s < start for start, end in shown)
    )
    middle_s = float(rate.seconds(item.start + item.frames // 2))
    at_s = round(middle_s - (line.end_s - line.start_s) / 2, 3)
    return (VoiceOver(time_s=at_s, source_start_s=line.start_s, source_end_s=line.end_s, text=line.text),)


def wav(path: Path) -> Pcm:
    with wave.open(str(path)) as stream:
        assert (stream.getframerate(), stream.getnchannels(), stream.getsampwidth()) == (SAMPLE_RATE, 2, 3)
        raw = np.frombuffer(stream.readframes(stream.getnframes()), np.uint8).reshape(-1, 3)
    steps = (raw.astype(np.int32) << np.array([8, 16, 24])).sum(axis=1, dtype=np.int32) >> 8
    return (steps.reshape(-1, 2) / 8_388_607).astype(np.float32)


def part(pcm: Pcm, start_s: float, end_s: float) -> Pcm:
    return pcm[max(0, round(start_s * SAMPLE_RATE)) : round(end_s * SAMPLE_RATE)]


def level_db(pcm: Pcm) -> float:
    return float(10 * np.log10(np.mean(np.square(pcm, dtype=np.float64)) + 1e-14)) if len(pcm) else -140.0


def band_power(pcm: Pcm) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(pcm), 1 / SAMPLE_RATE)
    return float(spectrum[(hertz >= SPEECH_BAND_HZ[0]) & (hertz <= SPEECH_BAND_HZ[1])].sum())


def test_the_four_stems_are_as_long_as_the_trailer_and_make_its_sound(heard: Heard) -> None:
    assert sorted(heard.stems) == ["DX", "FX", "MX", "VO"]
    assert {len(pcm) for pcm in heard.stems.values()} == {heard.layout.rate.samples(heard.layout.frames)}
    assert heard.outcome.output is not None
    finished = read_sound_file(heard.outcome.output)[: len(heard.stems["MX"])]
    total = sum(heard.stems.values())[: len(finished)]
    loud, finished_loud = gated_loudness(total), gated_loudness(finished)
    assert loud is not None
    assert finished_loud is not None
    is_held = max(float(np.abs(pcm).max()) for pcm in (total, *heard.stems.values())) > 0.99
    assert -3.0 * is_held - 0.1 <= loud - finished_loud <= 3.0, "as loud, but for the limiter and full scale"
    likeness = float((total * finished).sum() / np.sqrt((total**2).sum() * (finished**2).sum()))
    assert likeness > 0.97


def test_every_line_and_voice_over_is_heard_whole_in_step_with_the_film_and_nothing_else_of_it(
    heard: Heard,
) -> None:
    assert len(heard.spoken()) >= 3
    assert len(heard.voices()) >= 1
    media = probe(heard.film)
    for stem, spans in (("DX", heard.spoken()), ("VO", heard.voices())):
        pcm = heard.stems[stem].copy()
        for start_s, end_s, film_s in spans:
            length = round((end_s - start_s) * SAMPLE_RATE)
            ahead = 100 * MS
            cue = AudioCue(
                Stem.DIALOGUE, 0, length + 2 * ahead, FilmSound("film", Fraction(str(round(film_s - 0.1, 6))))
            )
            (original,) = read_film_sounds(media, [cue])
            found = part(pcm, start_s, end_s).mean(axis=1)
            size = 1 << (len(original) + len(found)).bit_length()
            match = np.fft.irfft(
                np.fft.rfft(original.mean(axis=1), size) * np.conj(np.fft.rfft(found, size)), size
            )
            assert abs(int(match[: 2 * ahead].argmax()) - ahead) <= 5 * MS, f"{stem} at {start_s:.3f} s"
            quarters = np.array_split(part(pcm, start_s, end_s), 4)
            assert all(level_db(quarter) > -60 for quarter in quarters), "heard whole"
        ordered = sorted(spans)
        for number, (start_s, end_s, _) in enumerate(ordered):
            following_s = ordered[number + 1][0] if number + 1 < len(ordered) else end_s + 9
            # what lies between two near lines is heard with them
            last_s = following_s if following_s - end_s < 0.5 else end_s + 0.21
            pcm[max(0, round((start_s - 0.13) * SAMPLE_RATE)) : round(last_s * SAMPLE_RATE)] = 0
        if stem == "VO" or all(clip.sound != "full" for clip in heard.manifest.clips if clip.lines):
            assert level_db(pcm) < -100, f"{stem} is silent but for what the manifest names"


def test_lines_named_as_leading_or_ringing_on_are_heard_over_the_neighbours_picture(heard: Heard) -> None:
    named = [
        (index, clip)
        for index, clip in enumerate(heard.manifest.clips)
        if clip.sound_lead_s or clip.sound_tail_s
    ]
    assert named
    for index, clip in named:
        item = heard.layout.item_of_clip(index)
        start, end = heard.at(item.start), heard.at(item.end)
        over = (start - clip.sound_lead_s, start) if clip.sound_lead_s else (end, end + clip.sound_tail_s)
        assert level_db(part(heard.stems["DX"], *over)) > -55, f"clip {index + 1}"


def test_no_voice_over_lies_over_a_line_or_the_picture_of_its_own_words(heard: Heard) -> None:
    for voice, (start_s, end_s, _) in zip(heard.manifest.voice_overs, heard.voices(), strict=True):
        assert end_s - start_s >= 0.8
        assert all(end_s <= begin or stop <= start_s for begin, stop, _ in heard.spoken())
        for item in heard.layout.items:
            if item.kind != "clip" or heard.at(item.end) <= start_s or end_s <= heard.at(item.start):
                continue
            clip = heard.manifest.clips[item.index]
            assert clip.sound == "none"
            assert clip.act in {"act1", "beat_drop", "act2"}
            assert clip.source_end_s <= voice.source_start_s or voice.source_end_s <= clip.source_start_s
    acts = [heard.layout.act_spans[act] for act in ("act1",)]
    first = [voice for voice in heard.manifest.voice_overs if voice.time_s < heard.at(acts[0].end)]
    assert len(first) <= 1
    assert len(heard.manifest.voice_overs) <= 3


def test_speech_lies_six_db_over_the_rest_in_its_band_and_the_music_is_back_half_a_second_later(
    heard: Heard,
) -> None:
    speech = heard.stems["DX"] + heard.stems["VO"]
    rest = heard.stems["FX"] + heard.stems["MX"]
    spans = sorted(heard.spoken() + heard.voices())
    for start_s, end_s, _ in spans:
        over = 10 * np.log10(
            band_power(part(speech, start_s, end_s)) / max(1e-9, band_power(part(rest, start_s, end_s)))
        )
        assert over >= 6.0, f"{over:.1f} dB at {start_s:.2f} s"
    lonely = [
        (start, end)
        for number, (start, end, _) in enumerate(spans)
        if all(abs(other[0] - end) > 2.5 for other in spans[number + 1 :])
        and level_db(part(heard.stems["MX"], end + 1, end + 2)) > -50
    ]
    assert lonely
    rises = [
        level_db(part(heard.stems["MX"], end + 0.7, end + 1.7))
        - level_db(part(heard.stems["MX"], start, end))
        for start, end in lonely
    ]
    assert np.median(rises) > 3.0, "music gives way and comes back"


def test_the_breath_holds_one_designed_sound_and_no_music(heard: Heard) -> None:
    breath = heard.layout.act_spans["breath"]
    start_s, end_s = heard.at(breath.start), heard.at(breath.end)
    inside = [
        one
        for one in heard.manifest.effects
        if one.time_s < end_s - 0.01 and start_s + 0.01 < one.time_s + one.duration_s
    ]
    assert len(inside) == 1
    middle = start_s + 0.6 * (end_s - start_s)
    assert level_db(part(heard.stems["MX"], middle, end_s - 0.02)) < -60
    assert level_db(part(heard.stems["FX"], start_s, end_s)) > -60
    assert level_db(part(heard.stems["DX"], start_s, end_s)) < -100


def test_every_hit_begins_on_a_change_of_picture_and_is_heard_there(heard: Heard) -> None:
    hits = [one for one in heard.manifest.effects if one.kind in HITS]
    assert hits
    changes = {heard.layout.items[0].cut, *heard.layout.cuts}
    frame_s = float(heard.layout.rate.seconds(1))
    pitch = load_vibe(VIBE).music.root_pitch
    for one in hits:
        assert min(abs(heard.at(cut) - one.time_s) for cut in changes) <= frame_s
        # the very sound is looked for: another hit may still ring when it begins
        number = heard.manifest.effects.index(one)
        sound = make_sound(
            effect_sound(one.kind, heard.manifest.seed * 1000 + number, root_pitch=pitch), SAMPLE_RATE // 2
        ).mean(axis=1)
        around = part(heard.stems["FX"], one.time_s - 0.25, one.time_s + 0.75).mean(axis=1)
        size = 1 << (len(sound) + len(around)).bit_length()
        match = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(sound, size)), size)
        late = int(match[: SAMPLE_RATE // 2].argmax()) / SAMPLE_RATE - 0.25
        assert abs(late) <= frame_s, f"{one.kind} lies {late:.3f} s beside its cut"
    for one in heard.manifest.effects:
        if one.kind not in HITS and one.reason != "the breath":
            assert min(abs(heard.at(cut) - one.time_s - one.duration_s) for cut in changes) <= frame_s


def test_no_stem_clicks_where_a_sound_of_the_film_begins_or_ends(heard: Heard) -> None:
    for stem, spans in (("DX", heard.spoken()), ("VO", heard.voices())):
        pcm = heard.stems[stem]
        edges = np.flatnonzero(np.diff((np.abs(pcm).max(axis=1) > 0).astype(np.int8)))
        peak = float(np.abs(pcm).max())
        assert len(edges) >= 2
        quiet = [float(np.abs(pcm[max(0, edge - MS) : edge + MS]).max()) for edge in edges]
        assert max(quiet) < 0.02 * peak, stem
        assert spans
