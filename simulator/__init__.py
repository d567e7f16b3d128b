"""A seeded consulting company in the schema of source.sql, honest and otherwise, for the demo and the tests."""

from simulator.advance import Advance, advance
from simulator.company import company, company_with_truth
from simulator.errors import SimulatorError
from simulator.load import simulate

__all__ = ["Advance", "SimulatorError", "advance", "company", "company_with_truth", "simulate"]
