"""The one door to ffmpeg and ffprobe: finding them, asking them, building their graphs, running them."""
