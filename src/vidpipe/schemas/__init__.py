"""Values that rooms hand to each other: the storyboard, a shot, what was seen in a clip."""
