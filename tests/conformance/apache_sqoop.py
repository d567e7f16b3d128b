"""Makes Apache Sqoop, as it was released, the `sqoop` of a cluster's node.

Sqoop runs in Hadoop's local mode; `hdfs:///` is a mount of the folder that holds the node's HDFS, so that the argument
lists need not be changed. One JVM runs all imports of a test process: its start costs more than a small import.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from maven import NotAvailableError
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
log4j.appender.stderr.follow=true
log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
log4j.appender.stderr.layout.ConversionPattern=%d{yy/MM/dd HH:mm:ss} %p %c{2}: %m%n
"""
LIMITS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx768m", "-Duser.timezone=UTC")


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


@contextmanager
def resident(libraries: Path, folder: Path) -> Iterator[Path]:
    """A JVM with Apache Sqoop, and the program `sqoop` that asks it; INSTALLER puts that on a node."""
    java, javac = find_jdk()
    path = ":".join(map(str, sorted(libraries.iterdir())))
    classes = folder / "classes"
    sources = [HERE / "EveryMapper.java", HERE / "Resident.java"]
    subprocess.run([javac, "-cp", path, "-d", classes, *sources], check=True)
    # A jar, because Sqoop gives the class path to its compiler, and a folder in it would be searched each time.
    settings = folder / "settings.jar"
    with zipfile.ZipFile(settings, "w") as jar:
        for compiled in classes.iterdir():
            jar.write(compiled, compiled.name)
        jar.writestr(PROVIDERS, "EveryMapper\n")
        jar.writestr("mapred-site.xml", site(CONFIGURATION))
        jar.writestr("log4j.properties", LOGGING)
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}  # as on the nodes of EMR
    command = [java, *LIMITS, "-cp", f"{settings}:{path}", "Resident"]
    with (
        (folder / "stderr").open("wb") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, cwd=folder, env=environment, text=True) as jvm,
    ):
        try:
            assert jvm.stdout is not None
            port = jvm.stdout.readline().strip()
            assert port, (folder / "stderr").read_text(encoding="utf-8")
            program = folder / "sqoop"
            calling = (HERE / "call_apache_sqoop.py").read_text(encoding="utf-8").replace("PORT = 0", f"PORT = {port}")
            program.write_text(f"#!{sys.executable} -IS\n{calling}", encoding="utf-8")
            yield program
        finally:
            jvm.kill()


def site(properties: Mapping[str, str]) -> str:
    """A Hadoop configuration file."""
    lines = [f"  <property><name>{name}</name><value>{value}</value></property>" for name, value in properties.items()]
    return "\n".join(["<configuration>", *lines, "</configuration>", ""])
