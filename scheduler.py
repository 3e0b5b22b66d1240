"""Runs the jobs of one installation until it is told to stop: the same as `outreach run`."""

from outreach.jobs import run

if __name__ == "__main__":
    run()
