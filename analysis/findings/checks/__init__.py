"""What can be said of findings that are there: what changed, do they follow from the rows, what to beware of."""
