"""How the shipped result sets are made from published results."""
