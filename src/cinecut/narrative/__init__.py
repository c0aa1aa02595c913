"""Stage five: decides everything that is shown."""

from cinecut.narrative.brief import Brief
from cinecut.narrative.plan import plan_trailer

__all__ = ["Brief", "plan_trailer"]
