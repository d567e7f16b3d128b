"""The `hourglass` command: the product on the embedded cloud, for people at a terminal."""
