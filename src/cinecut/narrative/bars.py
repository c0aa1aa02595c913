"""Hard bars of the choice that several modules hold to; no code."""

from __future__ import annotations

from cinecut.manifest.schema import Act

APART_S = 2.0
"""Film seconds between any two clips of a trailer."""

OUTSIDE_ZONE_ORDER: frozenset[Act] = frozenset({"cold_open", "button"})
"""Acts whose footage may come from any zone."""
