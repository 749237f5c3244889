"""What several figures are made of: axes, marks, labels, notes."""
