"""One file a revision; run by `vidpipe.db.engine`, never imported."""
