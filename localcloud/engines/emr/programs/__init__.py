"""The programs a node has on its PATH besides the host's own: each a module with `main(argv) -> exit code`."""
