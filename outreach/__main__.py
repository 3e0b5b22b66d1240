"""`outreach …` and `python -m outreach …`."""

from __future__ import annotations


def main() -> None:
    from outreach.cli import run  # noqa: PLC0415  importing the package must not start the command line

    run()


if __name__ == "__main__":
    main()
