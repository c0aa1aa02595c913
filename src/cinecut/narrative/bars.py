"""Hard bars of the choice that several modules hold to, and that hand edits are held to as well; no code."""

from __future__ import annotations

from cinecut.manifest.swap import APART_S, OUTSIDE_ZONE_ORDER

__all__ = ["APART_S", "OUTSIDE_ZONE_ORDER"]
