"""What stored findings may look like, and parts of them that are decoded when looked at."""
