"""Where the user's own settings, vibes and cached work lie; nothing is made here."""

from __future__ import annotations

from pathlib import Path

from cinecore.settings import from_environment

PREFIX = "CINECUT_"
FILE_NAME = "cinecut.toml"


def user_folder() -> Path:
    """The folder of the user's own settings and vibes; not made here."""
    import platformdirs

    return Path(platformdirs.user_config_dir("cinecut", appauthor=False))


def cache_folder() -> Path:
    """The folder for work that cannot lie beside its film; not made here."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("cinecut", appauthor=False))


def user_file() -> Path:
    """The user's settings file: `CINECUT_CONFIG`, or `cinecut.toml` in the user's folder."""
    named = from_environment(PREFIX).get("config")
    return Path(named) if named else user_folder() / FILE_NAME
