"""The timeline rendered from the film, mixed, measured and given its name."""
