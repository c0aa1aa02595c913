"""Eyes: what small neural networks and plain statistics say of a picture; nothing knows who made it."""
