"""What is computed, what is not claimed, how often it is wrong."""
