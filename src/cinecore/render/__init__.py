"""From a timeline to a finished file: graphs, segments, delivery, and measuring what came out."""
