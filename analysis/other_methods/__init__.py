"""What the usual methods say of the same rows, and two models on the same questions."""
