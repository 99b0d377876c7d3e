__all__ = ["listed", "_listed_private", "public"]
listed = 1
_listed_private = 2
unlisted = 3
public = "from with_all"
