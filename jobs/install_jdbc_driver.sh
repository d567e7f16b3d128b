#!/bin/bash
# Gives Sqoop the source's own JDBC driver: the one that EMR installs with it speaks to PostgreSQL 8.4 only.
# usage: install_jdbc_driver.sh S3_URI
# On the primary node is enough: Sqoop takes its driver along to every mapper.
set -euo pipefail
library=/usr/lib/sqoop/lib

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
aws s3 cp --only-show-errors "$1" "$folder/"
sudo rm -f "$library"/postgresql*.jar
sudo install -m 0644 "$folder"/*.jar "$library/"
