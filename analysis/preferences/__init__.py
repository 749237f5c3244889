"""Which behaviours a model prefers, do models agree, and gender bias of pronouns."""
