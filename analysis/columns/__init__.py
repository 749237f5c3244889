"""What the columns of the tables are: one column, and those that say how a run was set up."""
