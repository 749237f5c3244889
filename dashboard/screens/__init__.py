"""A folder or file a screen: they choose and lay out, and compute nothing."""
