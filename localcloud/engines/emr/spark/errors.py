"""What keeps `spark-submit` from starting Spark.

SparkError
├── InvalidArgumentsError   spark-submit would refuse the command line itself
├── NotOnThisClusterError   Spark knows it, this cluster has it not
└── MissingFileError        a file that the command line names is not there
"""


class SparkError(Exception):
    """Base of everything that ends `spark-submit` with exit code 1 before Spark runs."""


class InvalidArgumentsError(SparkError):
    """Raised when `spark-submit` would not take the arguments."""


class NotOnThisClusterError(SparkError):
    """Raised for what a cluster of EMR has, or a machine on the internet, and this machine has not."""


class MissingFileError(SparkError):
    """Raised with the path of a script or jar that does not exist."""
