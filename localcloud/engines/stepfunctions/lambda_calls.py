"""The one place where state machines and event rules meet the functions engine."""
