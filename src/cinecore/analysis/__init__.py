"""The one-decode pass over a film: shots, motion, light, sharpness, sound and stills."""
