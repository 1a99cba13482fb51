"""GiNZA as triage uses it: `ja_ginza` without `ner`, plain NumPy ops, one BLAS thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacy.language import Language


def load_ginza() -> Language:
    """A new pipeline (about 2 s, 350 MB). It is not thread-safe: one for each thread or process.

    NumpyOps without BLIS gives identical parses in half the time; `ner` is unreliable here and unused.
    """
    import spacy
    from thinc.api import NumpyOps

    nlp = spacy.load("ja_ginza", exclude=["ner", "compound_splitter"])
    ops = NumpyOps(use_blis=False)
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None and hasattr(model, "walk"):
            for node in model.walk():
                node.ops = ops
    return nlp


def one_blas_thread() -> Callable[[], Any]:
    """Limit the BLAS libraries that are loaded by now to one thread; call the result to lift the limit."""
    from threadpoolctl import threadpool_limits

    restore: Callable[[], Any] = threadpool_limits(limits=1, user_api="blas").restore_original_limits
    return restore
