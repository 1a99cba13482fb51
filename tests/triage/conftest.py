from __future__ import annotations

import pytest
from spacy.language import Language

from triage.language import load_ginza
from triage.reader import Reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load_ginza()
