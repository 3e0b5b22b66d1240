"""What the tables share: how ids and references are declared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db import ID_LENGTH

Json = dict[str, Any]


def row_id() -> Mapped[str]:
    return mapped_column(String(ID_LENGTH), primary_key=True)


def ref(target: str, *, nullable: bool = False, index: bool = True) -> Any:
    return mapped_column(String(ID_LENGTH), ForeignKey(f"{target}.id"), nullable=nullable, index=index)
