"""The steps of a project: storyboard, keyframes, clips with their analysis, stitching."""
