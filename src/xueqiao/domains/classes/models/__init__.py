"""Tables, by subject."""

from xueqiao.domains.classes.models.runs import ClassListing, ClassRun, Holiday, ListingTokens, Session

__all__ = ["ClassListing", "ClassRun", "Holiday", "ListingTokens", "Session"]
