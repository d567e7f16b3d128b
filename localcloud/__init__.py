"""The embedded cloud: one process that speaks the AWS protocols and does the work behind them with real engines."""
