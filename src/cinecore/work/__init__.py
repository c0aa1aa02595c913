"""Durable work: fingerprints of what was read, artefacts that are whole or absent, a small pool."""
