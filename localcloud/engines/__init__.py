"""What does the work behind the protocols: each engine installs itself into the cloud with `install(cloud)`."""
