"""A desk as a queue: cases come, wait their turn, and are worked by so many people. Plain numbers, no database.

Time is working minutes, so that nights and weekends are no waiting. First contact is when somebody takes a case up.
Everything random comes from one seeded source: the same question has the same answer.
"""

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from vocplatform.lib.stats import Interval

WORLDS = 80
MOST_DAYS, MOST_CASES = 60, 1200  # of one simulated world
MOST_PEOPLE = 500

Handling = Callable[[Random], float]  # draws how many minutes one case takes


@dataclass(frozen=True, slots=True)
class Demand:
    """`days`: for each day seen, when its cases came, in working minutes since it began."""

    days: Sequence[Sequence[float]]
    day_minutes: float

    @property
    def per_day(self) -> float:
        return fmean(len(day) for day in self.days)


@dataclass(frozen=True, slots=True)
class Staffing:
    """`share` of cases contacted in time with so many people, and the middle 95 % of all simulated worlds."""

    people: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Need:
    """`people` keep the promise on average; the interval is what single worlds needed. None: beyond MOST_PEOPLE."""

    people: int | None
    interval: Interval | None
    around: Sequence[Staffing]


def waits(arrivals: Sequence[float], minutes: Sequence[float], people: int) -> list[float]:
    """How long each case waits when the next free person always takes the oldest one."""
    free = [0.0] * people
    waited = []
    for came, takes in zip(arrivals, minutes, strict=True):
        begins = max(heapq.heappop(free), came)
        heapq.heappush(free, begins + takes)
        waited.append(begins - came)
    return waited


def share_in_time(world: "World", people: int, within: float) -> float:
    waited = waits(world.arrivals, world.minutes, people)
    return sum(wait <= within for wait in waited) / len(waited) if waited else 1.0


@dataclass(frozen=True, slots=True)
class World:
    arrivals: Sequence[float]
    minutes: Sequence[float]


def worlds(demand: Demand, handling: Handling, *, seed: int, count: int = WORLDS) -> list[World]:
    """Days as they were seen, in an order that never was."""
    random = Random(seed)
    days = MOST_DAYS if demand.per_day == 0 else max(min(MOST_DAYS, int(MOST_CASES / demand.per_day)), 5)
    return [_world(demand, handling, days, random) for _ in range(count)]


def _world(demand: Demand, handling: Handling, days: int, random: Random) -> World:
    arrivals = [
        day * demand.day_minutes + minute for day in range(days) for minute in sorted(random.choice(demand.days))
    ]
    return World(arrivals, [handling(random) for _ in arrivals])


def people_needed(
    demand: Demand, handling: Handling, *, within: float, promised: float, also: int = 0, seed: int = 1
) -> Need:
    """How many people contact the promised share (0 to 1) within so many working minutes.

    `also`: a number of people that the answer should show beside those around the need.
    """
    simulated = worlds(demand, handling, seed=seed)
    shares: dict[int, list[float]] = {}

    def at(people: int) -> list[float]:
        if people not in shares:
            shares[people] = [share_in_time(world, people, within) for world in simulated]
        return shares[people]

    needed = next((people for people in _steps(demand, simulated) if fmean(at(people)) >= promised), None)
    wanted = {needed - 1, needed, needed + 1} if needed else set()
    around = [_staffing(people, at(people)) for people in sorted(wanted | {also}) if people > 0]
    singly = _each_world(simulated, needed, within, promised) if needed else None
    return Need(needed, singly, around)


def _steps(demand: Demand, simulated: Sequence[World]) -> range:
    """From a little below where the work just fits into the day."""
    busy = [world for world in simulated if world.minutes]
    loads = [math.fsum(world.minutes) / max(world.arrivals[-1], demand.day_minutes) for world in busy]
    return range(max(math.floor(0.8 * fmean(loads)), 1) if loads else 1, MOST_PEOPLE)


def _each_world(simulated: Sequence[World], needed: int, within: float, promised: float) -> Interval:
    singly = sorted(_alone(world, needed, within, promised) for world in simulated)
    return Interval(_percentile(singly, 0.025), _percentile(singly, 0.975))


def _alone(world: World, start: int, within: float, promised: float) -> int:
    """The fewest people that keep the promise in this one world."""
    people = start
    while people > 1 and share_in_time(world, people - 1, within) >= promised:
        people -= 1
    while share_in_time(world, people, within) < promised:
        people += 1
    return people


def _staffing(people: int, shares: Sequence[float]) -> Staffing:
    ordered = sorted(shares)
    return Staffing(people, fmean(ordered), Interval(_percentile(ordered, 0.025), _percentile(ordered, 0.975)))


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Breach:
    """How likely one waiting case is to miss its promise, and all of them together."""

    chances: Sequence[float]
    expected: float
    interval: Interval


def breach_forecast(
    left: Sequence[float], handling: Handling, *, people: int, seed: int = 1, count: int = 400
) -> Breach:
    """`left`: the working minutes that each waiting case still has, soonest first; below 0 the promise is broken.

    Everybody starts free, and cases that come later stand behind: a hopeful view, so it warns too late at worst.
    """
    random, missed, totals = Random(seed), [0] * len(left), []
    now = [0.0] * len(left)
    for _world in range(count):
        begun = waits(now, [handling(random) for _ in left], people)
        late = [begins > minutes for begins, minutes in zip(begun, left, strict=True)]
        missed = [times + is_late for times, is_late in zip(missed, late, strict=True)]
        totals.append(sum(late))
    totals.sort()
    return Breach(
        [times / count for times in missed],
        fmean(totals),
        Interval(_percentile(totals, 0.025), _percentile(totals, 0.975)),
    )


def drawn_from(seen: Sequence[float], *, slower: float = 1.0) -> Handling:
    """Cases take as long as those that were seen; `slower` where people have other work beside."""
    return lambda random: random.choice(seen) * slower


def exponential(mean: float, *, slower: float = 1.0) -> Handling:
    """Where nothing was seen: many short cases and a few long ones around a mean that somebody names."""
    return lambda random: random.expovariate(1 / mean) * slower
