"""Words: what a line feels like, and talking to text models."""
