"""Which model a name means: the registry of checkpoints, names as sources write them, files of users."""
