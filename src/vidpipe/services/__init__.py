"""What the pipeline asks of the world it has made: analysis, registry, references, directing, sound."""
