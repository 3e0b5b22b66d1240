"""Second installations beside a stage's own: an empty database of the same kind, and a copy on another machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from outreach.db import Database
from outreach.settings import Settings
from outreach.vault import save_keyring
from tests.stages import Stage

#: a template must have none
GUESTS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :template"


def empty_database(stage: Stage, name: str) -> str:
    if stage.database.is_sqlite:
        return f"sqlite:///{stage.folder / name}.db"
    return _made(stage.database.url, name, template="template0")


def copied(stage: Stage, name: str) -> Settings:
    """Data folder, keys and database as they are now, on a machine with another id."""
    used, folder = stage.worker.settings, stage.folder / name
    save_keyring(stage.worker.opened.keyring, used.key_dir)
    shutil.copytree(used.key_dir, folder / "keys")
    shutil.copytree(used.data_dir, folder / "data", dirs_exist_ok=True)
    (folder / "machine").write_text(name)
    stage.database.engine.dispose()  # all of it is in the file
    return used.model_copy(
        update={
            "data_dir": folder / "data",
            "key_dir": folder / "keys",
            "host_id_file": folder / "machine",
            "database_url": type(used.database_url)(_copy(stage, folder)),
        }
    )


def _copy(stage: Stage, folder: Path) -> str:
    url = stage.database.url
    if not stage.database.is_sqlite:
        return _made(url, folder.name, template=str(make_url(url).database))
    shutil.copyfile(url.removeprefix("sqlite:///"), folder / "copy.db")
    return f"sqlite:///{folder / 'copy.db'}"


def _made(url: str, name: str, *, template: str) -> str:
    server = Database(make_url(url).set(database="postgres").render_as_string(hide_password=False))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(GUESTS), {"template": template})
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    server.close()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
