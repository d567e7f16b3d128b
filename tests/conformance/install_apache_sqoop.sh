#!/bin/bash
# A bootstrap action: replaces the node's `sqoop` by one that asks a JVM with Apache Sqoop.
# usage: install_apache_sqoop.sh PROGRAM
set -euo pipefail
cp "$1" "$(command -v sqoop)"
