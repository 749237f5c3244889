"""Files and folders: written whole or not at all, read within bounds, one writer at a time."""
