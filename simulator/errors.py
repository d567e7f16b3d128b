"""What can go wrong with the simulated company.

SimulatorError
├── TargetNotEmptyError       the schema is there and holds data
├── TargetNotSimulatedError   advance: the database does not hold this simulated company
├── CompanyTooSmallError      too few employees for a hierarchy
├── HorizonExceededError      more weeks than a company is planned for
└── WeekNotOverError          the last week asked for is not over yet
"""


class SimulatorError(Exception):
    """Raised when the simulator cannot do what was asked; the text says what to do."""


class TargetNotEmptyError(SimulatorError):
    """Raised instead of overwriting: schema timekeeping holds data and `replace` was not asked for."""


class TargetNotSimulatedError(SimulatorError):
    """Raised by advance when the target does not hold the company of this seed."""


class CompanyTooSmallError(SimulatorError):
    """Raised below MINIMUM_EMPLOYEES: approvals and teams need people."""


class HorizonExceededError(SimulatorError):
    """Raised when more weeks are asked for than projects are planned for."""


class WeekNotOverError(SimulatorError):
    """Raised when a week that is not over would have to be simulated: updated_at is never in the future."""
