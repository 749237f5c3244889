"""The released evaluations: questions, prompts, counts, occupations."""
