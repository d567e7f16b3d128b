"""Runs EMR clusters."""


def install(_cloud: object) -> None:
    """Nothing yet."""
