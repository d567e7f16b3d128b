"""A seeded consulting company in the schema of source.sql, honest and otherwise, for the demo and the tests."""

from simulator.company import company, company_with_truth
from simulator.errors import SimulatorError

__all__ = ["SimulatorError", "company", "company_with_truth"]
