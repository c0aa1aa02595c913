"""Where librosa hears beats, as JSON; runs in an environment of its own and knows nothing of ours.

    PEERS/bin/python bench/peers/beats.py SOUND.wav …

`beat_track` at its defaults and at the file's own rate. The answer maps each file to its beats in seconds and its BPM.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Print what librosa finds in each file."""
    import librosa
    import numpy as np

    found = {}
    for name in sys.argv[1:]:
        sound, rate = librosa.load(name, sr=None, mono=True)
        tempo, beats = librosa.beat.beat_track(y=sound, sr=rate, units="time")
        found[name] = {"bpm": float(np.atleast_1d(tempo)[0]), "beats": [float(beat) for beat in beats]}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
