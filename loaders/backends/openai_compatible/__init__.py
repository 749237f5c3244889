"""Scoring through any server that speaks the OpenAI completions or chat API (vLLM, SGLang, llama.cpp, hosted)."""

from loaders.backends.openai_compatible.scorer import OpenAICompatibleScorer

__all__ = ["OpenAICompatibleScorer"]
