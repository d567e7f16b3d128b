"""Suites that no registry carries: PyAthena's and awswrangler's source distributions come without their tests.

They run from a checkout that the user names, at the commit for which the known differences were written down.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from maven import NotAvailableError


@dataclass(frozen=True)
class Checkout:
    """A git checkout of somebody else's repository; `variable` names its folder."""

    variable: str
    repository: str
    commit: str

    def folder(self) -> Path:
        """Where it is.

        Raises:
            NotAvailableError: nobody has named one, or it is at another commit.
        """
        named = os.environ.get(self.variable)
        wanted = f"a checkout of {self.repository} at {self.commit}"
        if not named:
            raise NotAvailableError(f"its source distribution carries no tests; {self.variable} may name {wanted}")
        git = ["git", "-C", named, "rev-parse", "HEAD"]
        commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
        if commit != self.commit:
            raise NotAvailableError(f"{self.variable} is to name {wanted}, but {named} is at {commit or 'none'}")
        return Path(named).resolve()


PYATHENA = Checkout("PYATHENA_CHECKOUT", "github.com/pyathena-dev/PyAthena", "5f0f784bf10e9df4d2724c7c7e799c8ff4ecd15b")
AWSWRANGLER = Checkout(
    "AWSWRANGLER_CHECKOUT", "github.com/aws/aws-sdk-pandas", "033ad7d54e86e950113e51b1606d673410bacaf5"
)
