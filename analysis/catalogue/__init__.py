"""What is asked: behaviours, occupations, and what a behaviour nobody listed is."""
