"""The command line `vidpipe`."""
