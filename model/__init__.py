"""Scores timesheets by directed surprise and says why: a package of its own, served behind the SageMaker contract."""
