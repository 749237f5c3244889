"""One behaviour in one data set: claim, chart, reading."""
