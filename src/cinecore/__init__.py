"""The core both products stand on: time, timeline, ffmpeg, rendering, sound, vision, language, durable work."""
