"""Graded fraud schemes: who does what and when (plan), and what it does to a week (one function each)."""
