"""The only place that talks to AWS. Each module adapts one service to what the pure modules ask for."""
