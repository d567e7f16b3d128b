"""The traces that real work leaves: badge and VPN. Silence is frequent and mostly innocent."""

import numpy as np

from simulator.people import OFFICE
from simulator.randomness import Bools, Ints, Stream, stream
from simulator.week import Week

MAIL_CHECK_CHANCE = 0.03


def traces(week: Week) -> tuple[Bools, Ints]:
    """Badge seen, and VPN minutes; person × weekday. Drawn from the hours really worked, not the claimed ones."""
    people = week.world.people
    rng = stream(week.world.seed, Stream.ACTIVITY, week.number)
    shape = (len(people), 7)
    worked = week.true > 0
    weekend = worked & ~week.country_days
    at_home = weekend & (rng.random(shape) < 0.6)
    badge_rate = np.where(week.travelling | at_home, 0.02, people.badge_rate[:, None])
    badge = worked & (rng.random(shape) < badge_rate) & (people.badge_rate > 0)[:, None]
    vpn_rate = np.where(at_home & (people.vpn_rate > 0)[:, None], 0.93, people.vpn_rate[:, None])
    connected = worked & (rng.random(shape) < vpn_rate) & ~week.travelling
    in_office = badge & (people.work_mode != OFFICE)[:, None]
    share = people.vpn_share[:, None] * np.where(in_office, 0.5, 1.0)
    minutes = week.true * 60 * share * np.exp(rng.normal(0, 0.25, shape))
    mail = ~worked & (rng.random(shape) < MAIL_CHECK_CHANCE) & (people.vpn_rate > 0)[:, None]
    quick_look = rng.integers(5, 45, shape)
    vpn = np.where(connected, np.maximum(minutes, 5), np.where(mail, quick_look, 0)).astype(np.int64)
    return badge, np.minimum(vpn, 1200)
