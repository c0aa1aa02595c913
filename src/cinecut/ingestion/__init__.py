"""The film and its subtitles taken in: dialogue with exact times, and the stills that are asked about."""
