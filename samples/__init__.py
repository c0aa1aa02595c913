"""Sample films with known truth, made from screenplays written for this project."""
