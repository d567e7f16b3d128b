"""Makes Apache Sqoop, as it was released, the `sqoop` of a cluster's node.

Sqoop runs in Hadoop's local mode; `hdfs:///` is a mount of the folder that holds the node's HDFS, so that the argument
lists need not be changed. The archive of loaded classes saves a third of each start.
"""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.conformance.databases import Database
from tests.conformance.maven import NotAvailableError
from tests.conformance.paths import HERE

INSTALLER = HERE / "install_apache_sqoop.sh"
PROVIDERS = "META-INF/services/org.apache.hadoop.mapreduce.protocol.ClientProtocolProvider"

CONFIGURATION = {
    "hadoop.tmp.dir": "${java.io.tmpdir}/hadoop",
    "mapreduce.framework.name": "local",
    "mapreduce.jobtracker.address": "local",  # tells Sqoop to load the class it has compiled into its own JVM
    "mapreduce.jobtracker.staging.root.dir": "${java.io.tmpdir}/staging",
    "mapreduce.client.progressmonitor.pollinterval": "50",
    "mapreduce.client.completion.pollinterval": "50",
}
LOGGING = """\
log4j.rootLogger=INFO,stderr
log4j.appender.stderr=org.apache.log4j.ConsoleAppender
log4j.appender.stderr.target=System.err
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=%d{yy/MM/dd HH:mm:ss} %p %c{2}: %m%n
"""
PROGRAM = """\
#!/bin/bash
# Apache Sqoop on this node; CONFIGURATION holds core-site.xml. The languages of the nodes of EMR are UTF-8 too.
export LC_ALL=C.UTF-8
temporary=${{TMPDIR:-/tmp}}
# test.build.data is where Sqoop compiles.
exec {java} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:SharedArchiveFile={archive} -Xmx768m \\
    -Duser.timezone=UTC -Djava.io.tmpdir="$temporary" -Dtest.build.data="$temporary" \\
    -cp "{classpath}:CONFIGURATION" org.apache.sqoop.Sqoop "$@"
"""


def find_jdk() -> tuple[Path, Path]:
    """`java` and `javac`: Sqoop compiles a class for every import.

    Raises:
        NotAvailableError: there is none.
    """
    found = {name: shutil.which(name) for name in ("java", "javac")}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise NotAvailableError(f"there is no {' and no '.join(missing)} (a JDK) on the PATH")
    return Path(found["java"] or ""), Path(found["javac"] or "")


def java_version() -> str:
    said = subprocess.run([find_jdk()[0], "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "([^"]+)"', said)
    return version[1] if version else said.splitlines()[0]


def build(libraries: Path, folder: Path) -> Path:
    """Writes the program `sqoop` into a folder, with what it needs; INSTALLER puts it on a node."""
    java, javac = find_jdk()
    folder.mkdir()
    jars = sorted(libraries.iterdir())
    classes = folder / "classes"
    path = ":".join(map(str, jars))
    subprocess.run([javac, "-cp", path, "-d", classes, HERE / "EveryMapper.java"], check=True)
    configuration = folder / "configuration.jar"
    with zipfile.ZipFile(configuration, "w") as jar:
        jar.write(classes / "EveryMapper.class", "EveryMapper.class")
        jar.writestr(PROVIDERS, "EveryMapper\n")
        jar.writestr("mapred-site.xml", site(CONFIGURATION))
        jar.writestr("log4j.properties", LOGGING)
    program = folder / "sqoop"
    text = PROGRAM.format(java=java, archive=folder / "classes.jsa", classpath=f"{configuration}:{path}")
    program.write_text(text, encoding="utf-8")
    return program


def warm_up(program: Path, database: Database) -> None:
    """Runs one import and keeps the archive of the classes that it loaded."""
    folder = program.parent
    arguments = ["import", "--connect", database.jdbc_url, *database.driver]
    arguments += ["--username", database.username, "--password", database.password]
    arguments += ["--query", "select 1 as one where $CONDITIONS", "--map-column-java", "one=String", "-m", "1"]
    arguments += ["--target-dir", f"file://{folder}/warm", "--as-avrodatafile", "--compression-codec", "snappy"]
    text = program.read_text(encoding="utf-8").replace(":CONFIGURATION", "")
    text = text.replace("SharedArchiveFile", "ArchiveClassesAtExit")
    command = ["bash", "-c", text, "sqoop", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env={"TMPDIR": str(folder)})
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def site(properties: Mapping[str, str]) -> str:
    """A Hadoop configuration file."""
    lines = [f"  <property><name>{name}</name><value>{value}</value></property>" for name, value in properties.items()]
    return "\n".join(["<configuration>", *lines, "</configuration>", ""])
