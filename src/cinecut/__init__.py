"""CineCut: a film and its subtitles in, a vibe-styled trailer out."""

__version__ = "0.1.0"
