"""SoundFonts, written here and played: pitch, loops, ranges, envelopes, filters; broken ones; a score played by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from tests.tiny_soundfont import LOOPED, Recorded, Zone, band, cycles, struck, write_soundfont

from cinecore.audio import soundfont_places
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.palette import Palette
from cinecore.audio.score import PlayedBy, ScorePlan, ScoreSection, compose, player_seed
from cinecore.audio.score_notes import TonePlayers
from cinecore.audio.soundfont import open_soundfont
from cinecore.audio.soundfont_places import find_soundfont
from cinecore.audio.soundfont_tones import PROGRAMS, SoundFontTones
from cinecore.audio.sources import make_sound, score_plan, score_sound
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid
from cinecut.doctor import soundfont_found
from cinecut.settings import trailer_settings, user_file

DRAMA = Palette("minor", "A", (1, 6), "triad", "cello", "theme", "piano", "roots", "strings", "heartbeat")


def spectrum(sound):
    """Power of the middle of a sound, and hertz."""
    part = sound[len(sound) // 4 :][: 1 << 15].astype(np.float64)
    part = part * np.hanning(len(part))
    return np.abs(np.fft.rfft(part, 1 << 19)) ** 2, np.fft.rfftfreq(1 << 19, 1 / SAMPLE_RATE)


def pitch_of(sound):
    """MIDI pitch of the strongest tone."""
    power, hertz = spectrum(sound)
    return 69 + 12 * np.log2(hertz[int(np.argmax(power))] / 440)


def one(tmp_path, recorded, zones, **named):
    """A file whose program 48 plays these zones, opened for playing."""
    return SoundFontTones(
        open_soundfont(write_soundfont(tmp_path / "one.sf2", recorded, {48: zones}, **named))
    )


@pytest.mark.parametrize("pitch", [33, 45, 57, 69, 81])
def test_a_key_sounds_at_its_pitch(tmp_path, pitch):
    players = one(tmp_path, [cycles(57, 20)], [Zone(0, LOOPED)])
    assert pitch_of(players.tone("pad", "strings", pitch, 60_000, 0.5, 1)) == pytest.approx(pitch, abs=0.02)
    assert players.played == {"strings"}


def test_tuning_adds_up_and_a_preset_tunes_on_top(tmp_path):
    """Coarse and fine tune of the instrument, fine tune of the preset, an overriding root, half a scale."""
    tuned = one(tmp_path, [cycles(57, 20)], [Zone(0, LOOPED | {51: 12, 52: 30})], preset_generators={52: -10})
    assert pitch_of(tuned.tone("pad", "strings", 57, 60_000, 0.5, 1)) == pytest.approx(69.2, abs=0.02)
    rooted = one(tmp_path, [cycles(57, 20)], [Zone(0, LOOPED | {58: 60, 56: 50})])
    assert pitch_of(rooted.tone("pad", "strings", 66, 60_000, 0.5, 1)) == pytest.approx(60, abs=0.02)


def test_a_loop_goes_round_without_a_seam(tmp_path):
    """Two seconds from a tenth of a second: as loud at the end as at the beginning, and nothing beside its tone."""
    recorded = cycles(57, 22)
    samples = recorded.loop[1]
    crest = 0.4 * np.cos(np.arange(samples) / samples * 22 * 2 * np.pi)  # the seam lies where it is loudest
    players = one(
        tmp_path, [replace(recorded, sound=np.concatenate([crest, np.zeros(8)]))], [Zone(0, LOOPED)]
    )
    sound = players.tone("pad", "strings", 59, 96_000, 0.5, 1)
    assert np.std(sound[80_000:]) == pytest.approx(np.std(sound[10_000:26_000]), rel=0.01)
    power, hertz = spectrum(sound)
    beside = np.abs(hertz - 440 * 2 ** (-10 / 12)) > 20
    assert power[beside].max() < 1e-5 * power.max()
    # a click of one sample would be a hundred times that
    assert np.abs(np.diff(sound[480:], 3)).max() < 0.003


def test_without_a_loop_a_sound_ends_when_it_ends(tmp_path):
    players = one(tmp_path, [struck(60, 5.0)], [Zone(0)])
    sound = players.tone("pad", "strings", 72, 96_000, 0.5, 1)
    assert np.abs(sound[10_000:20_000]).max() > 0.5
    assert not sound[24_100:].any()  # an octave higher the second lasts half


def test_keys_and_velocities_choose_the_recorded_sound(tmp_path):
    zones = [
        Zone(0, LOOPED | {43: 0 | 59 << 8}),
        Zone(1, LOOPED | {43: 60 | 127 << 8, 44: 0 | 80 << 8}),
        Zone(2, LOOPED | {43: 60 | 127 << 8, 44: 81 | 127 << 8}),
    ]
    players = one(tmp_path, [cycles(57, 20), cycles(57, 20, 2), cycles(57, 20, 6)], zones)

    def overtones(pitch, brightness):
        power, hertz = spectrum(players.tone("pad", "strings", pitch, 60_000, brightness, 1))
        base = 440 * 2 ** ((pitch - 69) / 12)
        return [bool(power[np.abs(hertz - n * base) < 10].max() > 1e-4 * power.max()) for n in (2, 5)]

    assert overtones(57, 1.0) == [False, False]
    assert overtones(64, 0.0) == [True, False]
    assert overtones(64, 1.0) == [True, True]


def test_the_volume_rises_holds_and_falls_to_its_level(tmp_path):
    """Delay and rise of a quarter second each, no hold, then 24 dB down at the pace of 100 dB in a second."""
    zone = Zone(0, LOOPED | {33: -2400, 34: -2400, 36: 0, 37: 240})
    sound = one(tmp_path, [cycles(57, 20)], [zone]).tone("pad", "strings", 57, 96_000, 0.5, 1)

    def level(seconds):
        at = round(seconds * SAMPLE_RATE)
        return 20 * np.log10(np.std(sound[at - 480 : at + 480]) + 1e-12)

    peak = level(0.505)
    assert not sound[: SAMPLE_RATE // 4 - 64].any()
    assert level(0.375) == pytest.approx(peak - 6.02, abs=0.6)
    assert level(0.62) == pytest.approx(peak - 12, abs=1.0)
    assert level(1.5) == pytest.approx(peak - 24, abs=0.7)


def test_a_low_pass_dulls_and_its_envelope_opens_it_at_first(tmp_path):
    bright = [cycles(45, 20, 30)]
    closed = 8400  # 1,047 Hz

    def high_share(zone, begin):
        sound = one(tmp_path, bright, [zone]).tone("pad", "strings", 45, 96_000, 0.5, 1)[begin:][:8192]
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        at = len(power) * 2200 // 24_000
        return 10 * np.log10(power[at:].sum() / power.sum())

    plain, dull = high_share(Zone(0, LOOPED), 60_000), high_share(Zone(0, LOOPED | {8: closed}), 60_000)
    assert dull < plain - 12
    moving = Zone(0, LOOPED | {8: closed, 11: 3600, 26: -12_000, 27: -1200, 28: -1200, 29: 1000})
    assert high_share(moving, 2_000) > dull + 9
    assert high_share(moving, 80_000) == pytest.approx(dull, abs=1.0)


def test_vibrato_wavers_round_the_pitch(tmp_path):
    zone = Zone(0, LOOPED | {6: 50, 24: -851, 23: -12_000})  # 50 cents, 5 times a second
    sound = one(tmp_path, [cycles(69, 20)], [zone]).tone("pad", "strings", 69, 96_000, 0.5, 1)
    crossings = np.flatnonzero((sound[:-1] < 0) & (sound[1:] >= 0))
    begins = crossings + sound[crossings] / (sound[crossings] - sound[crossings + 1])
    pitches = 69 + 12 * np.log2(SAMPLE_RATE / np.diff(begins) / 440)
    assert pitches.max() == pytest.approx(69.5, abs=0.05)
    assert pitches.min() == pytest.approx(68.5, abs=0.05)


def test_every_word_with_a_program_is_an_instrument_of_its_part():
    from cinecore.audio.palette import BASSES, LEADS, PADS

    words = {"lead": LEADS, "bass": BASSES, "pad": PADS}
    assert all(name in words[part] for part, name in PROGRAMS)
    assert all(0 <= program <= 127 for program in PROGRAMS.values())


def bed_plan(palette=DRAMA):
    edges = [SAMPLE_RATE * at for at in (0, 3, 6, 10, 11, 14)]
    names = ("intro", "build", "drive", "stop", "drop")
    sections = tuple(ScoreSection(name, *span) for name, span in zip(names, pairwise(edges), strict=True))
    return ScorePlan(edges[-1], BeatGrid(Fraction(96)), sections, palette, seed=3)


def test_a_score_is_played_by_the_soundfont_as_loud_as_by_our_own_instruments(tmp_path):
    plan = bed_plan()
    players = SoundFontTones(open_soundfont(band(tmp_path / "band.sf2")))
    played = compose(plan, TonePlayers(player_seed(plan), players.tone))
    own = compose(plan)
    assert players.played == {"cello", "piano", "strings"}
    for part in plan.sections:
        if part.name != "stop":
            levels = [gated_loudness(bed[part.start : part.end]) for bed in (played, own)]
            assert levels[0] == pytest.approx(levels[1], abs=1.5), part.name
    assert np.abs(played - own).max() > 0.1
    again = SoundFontTones(open_soundfont(band(tmp_path / "again.sf2")))
    assert compose(plan, TonePlayers(player_seed(plan), again.tone)).tobytes() == played.tobytes()


def test_what_a_soundfont_lacks_is_played_by_our_own_instruments(tmp_path):
    plan = bed_plan(replace(DRAMA, lead="bowed_metal", bass="sub", pad="choir"))
    players = SoundFontTones(open_soundfont(band(tmp_path / "band.sf2")))
    assert compose(plan, TonePlayers(player_seed(plan), players.tone)).tobytes() == compose(plan).tobytes()
    assert not players.played


def test_a_recipe_names_the_soundfont_by_content_and_another_content_is_refused(tmp_path):
    path = band(tmp_path / "band.sf2")
    font = open_soundfont(path)
    plan = replace(bed_plan(), soundfont=PlayedBy(str(path), font.digest))
    sound = score_sound(plan)
    assert score_plan(sound) == plan
    assert font.digest in sound.recipe
    assert score_sound(replace(plan, soundfont=None)) == score_sound(bed_plan())
    made = make_sound(sound, plan.samples)
    players = TonePlayers(player_seed(plan), SoundFontTones(font).tone)
    assert made.tobytes() == compose(plan, players).tobytes()
    band(path, harmonics=9)
    with pytest.raises(InputError, match="changed meanwhile"):
        make_sound(sound, plan.samples)


def test_broken_soundfonts_are_refused_in_one_sentence(tmp_path):
    good = band(tmp_path / "good.sf2").read_bytes()
    compressed = write_soundfont(
        tmp_path / "sf3.sf2", [Recorded(np.zeros(64), 60, kind=0x11)], {0: [Zone(0)]}
    ).read_bytes()
    nothing = write_soundfont(tmp_path / "none.sf2", [struck(60)], {}).read_bytes()
    bag = good.index(b"pbag") + 8
    cases = {
        "empty": b"",
        "text": b"this is no sound at all" * 9,
        "a wave": b"RIFF" + good[4:8] + b"WAVE" + good[12:],
        "cut off": good[: len(good) // 2],
        "without tables": good[: good.index(b"phdr") - 4],
        "out of order": good[:bag] + b"\xff\xff" + good[bag + 2 :],
        "compressed": compressed,
        "nothing in it": nothing,
    }
    for name, data in cases.items():
        path = tmp_path / "broken.sf2"
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            open_soundfont(path)
        assert "SoundFont" in caught.value.happened, name
        assert "\n" not in caught.value.happened
        assert caught.value.advice
    with pytest.raises(InputError, match="No such file"):
        open_soundfont(tmp_path / "nowhere.sf2")
    with pytest.raises(InputError):
        open_soundfont(tmp_path)
    path.write_bytes(compressed)
    with pytest.raises(InputError, match="SF3"):
        open_soundfont(path)


def test_a_file_with_any_byte_wrong_is_refused_or_played_but_never_breaks(tmp_path):
    good = bytearray(band(tmp_path / "good.sf2").read_bytes())
    tables = good.index(b"pdta")
    random = np.random.default_rng(4)
    played = 0
    for number in range(300):
        data = bytearray(good)
        for _ in range(3):
            place = int(random.integers(tables, len(data))) if number % 3 else int(random.integers(200))
            data[place] = int(random.integers(256))
        path = tmp_path / f"{number}.sf2"
        path.write_bytes(data)
        try:
            players = SoundFontTones(open_soundfont(path))
        except InputError:
            continue
        for part, name in (("lead", "cello"), ("bass", "piano"), ("pad", "strings")):
            sound = players.tone(part, name, 57, 3_000, 0.5, 1)
            assert sound.shape == (3_000,)
            assert np.isfinite(sound).all()
        played += 1
    assert 50 < played < 300


def test_the_usual_places_are_searched_in_order_default_first_then_the_largest(tmp_path, monkeypatch):
    own, system = tmp_path / "own", tmp_path / "system"
    monkeypatch.setattr(soundfont_places, "USUAL_FOLDERS", (str(own), str(tmp_path / "none"), str(system)))
    assert find_soundfont() == (None, "")
    system.mkdir()
    band(system / "a_small.sf2", name="small")
    write_soundfont(system / "b_large.sf2", [struck(60), struck(62)], {0: [Zone(0)]}, name="large")
    (system / "not_one.txt").write_text("no")
    assert find_soundfont()[0].name == "large"
    band(system / "default-GM.sf2", name="default")
    assert find_soundfont()[0].name == "default"
    own.mkdir()
    band(own / "mine.SF2", name="mine")
    assert find_soundfont()[0].name == "mine"
    assert find_soundfont("none") == (None, "")
    assert find_soundfont(str(system / "a_small.sf2"))[0].name == "small"


def test_a_broken_one_by_the_way_is_a_notice_and_a_named_one_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(soundfont_places, "USUAL_FOLDERS", (str(tmp_path),))
    (tmp_path / "default.sf2").write_bytes(b"no music")
    font, notice = find_soundfont()
    assert font is None
    assert "default.sf2" in notice
    assert "built-in instruments" in notice
    band(tmp_path / "whole.sf2", name="whole")
    assert find_soundfont()[0].name == "whole"
    assert find_soundfont()[1] == ""
    with pytest.raises(InputError, match="no whole SoundFont"):
        find_soundfont(str(tmp_path / "default.sf2"))


def test_the_setting_is_a_path_or_a_word_and_no_matter_of_taste(tmp_path, monkeypatch):
    monkeypatch.delenv("CINECUT_SOUNDFONT")
    film = tmp_path / "film.mp4"
    assert trailer_settings(film, {}).soundfont == "auto"
    own = user_file()
    own.parent.mkdir(parents=True)
    own.write_text('soundfont = "fonts/mine.sf2"\n', "utf-8")
    (tmp_path / "cinecut.toml").write_text('soundfont = "theirs.sf2"\n', "utf-8")
    settings = trailer_settings(film, {})
    assert settings.soundfont == str(own.parent / "fonts" / "mine.sf2")
    assert any("soundfont" in notice for notice in settings.notices)
    monkeypatch.setenv("CINECUT_SOUNDFONT", "NONE")
    assert trailer_settings(film, {}).soundfont == "none"


def test_doctor_says_which_soundfont_plays_or_what_is_wrong_with_it(tmp_path, monkeypatch):
    def told():
        return soundfont_found()[0]

    monkeypatch.setattr(soundfont_places, "USUAL_FOLDERS", ())
    monkeypatch.delenv("CINECUT_SOUNDFONT")
    assert told().state == "optional"
    assert ".sf2" in told().advice
    path = band(tmp_path / "band.sf2", name="My band")
    monkeypatch.setenv("CINECUT_SOUNDFONT", str(path))
    assert told().state == "ok"
    assert "My band" in told().detail
    path.write_bytes(b"RIFF")
    assert told().state == "missing"
    assert "no whole SoundFont" in told().detail
    monkeypatch.setenv("CINECUT_SOUNDFONT", "none")
    assert "none is used" in told().detail


@pytest.mark.parametrize("amount", [-32_768, 32_767])
def test_no_generator_is_too_much_whatever_it_says(tmp_path, amount):
    """Each generator at both ends, alone, in instrument and in preset: a sound of figures, or our own instrument's."""
    for kind in range(61):
        if kind in {41, 53}:
            continue
        zone, preset = Zone(0, {**LOOPED, 8: 9_000, kind: amount}), {kind: amount}
        for zones, more in (([zone], {}), ([Zone(0, LOOPED)], preset)):
            players = one(tmp_path, [cycles(57, 20)], zones, preset_generators=more)
            for pitch in (0, 57, 127):
                sound = players.tone("pad", "strings", pitch, 1_000, 0.5, 1)
                assert np.isfinite(sound).all(), kind
                assert np.abs(sound).max() < 1e3, kind
