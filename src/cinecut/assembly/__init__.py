"""From the manifest to the timeline: snapping, sounds, effects and titles laid at exact places."""
