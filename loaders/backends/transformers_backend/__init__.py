"""Answer probabilities of local checkpoints through transformers: the fastest path that is proven exact on the spot.

`TransformersScorer` (scorer.py) loads (loading.py), tokenises (tokens.py), proves a path (proof.py) and scores with it:
packed.py (every distinct token once, no padding), equal_length.py, one_by_one.py (the reference).
"""

from __future__ import annotations

from loaders.backends.transformers_backend.scorer import TransformersScorer

__all__ = ["TransformersScorer"]
