"""vidpipe: a prompt or a screenplay becomes a coherent video of several scenes."""

__version__ = "0.1.0"
