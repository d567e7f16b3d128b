#!/bin/bash
# A bootstrap action: replaces the node's `sqoop` by Apache Sqoop, and shows it the node's HDFS as hdfs:///.
# usage: install_apache_sqoop.sh PROGRAM
set -euo pipefail
configuration=$HOME/hadoop-configuration
mkdir "$configuration"
cat >"$configuration/core-site.xml" <<XML
<configuration>
  <property>
    <name>fs.hdfs.impl</name><value>org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme</value>
  </property>
  <property>
    <name>fs.viewfs.mounttable.default.linkFallback</name><value>file://$EMR_HDFS_ROOT</value>
  </property>
</configuration>
XML
sed "s|CONFIGURATION|$configuration|" "$1" >"$(command -v sqoop)"
