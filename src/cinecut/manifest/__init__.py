"""The human-editable contract: the manifest's schema, reading and writing it, and the vibes."""
