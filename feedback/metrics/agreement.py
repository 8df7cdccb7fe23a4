"""How far two readers of the same comments agree: a person, who is taken to be right, and the machine."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from feedback.metrics.figure import Figure, Unit
from feedback.metrics.rates import rate
from vocplatform.lib.stats import Interval, normal_quantile, wilson_interval

LABELS = ("negative", "neutral", "mixed", "positive")


@dataclass(frozen=True)
class Agreement:
    """How often a comment that a person gave the first label was given the second by the machine."""

    counts: Mapping[tuple[str, str], int]

    @cached_property
    def n(self) -> int:
        return sum(self.counts.values())

    @cached_property
    def hits(self) -> int:
        return sum(count for (person, machine), count in self.counts.items() if person == machine)

    @property
    def accuracy(self) -> Figure:
        """Percent of comments that both gave the same label, with Wilson's interval."""
        return rate(self.hits, self.n) if self.n else Figure.no_answers(Unit.PERCENT)

    @property
    def kappa(self) -> Figure:
        """Cohen's kappa: agreement beyond chance, 0 for none and 1 for complete. Cannot tell where both used one label.

        The interval is the large-sample one of J. L. Fleiss, J. Cohen and B. S. Everitt, Psychological Bulletin 72,
        1969. Where all comments agree it would have no width; there Wilson's interval of the agreement is carried over.
        Source: J. Cohen, Educational and Psychological Measurement 20, 1960.
        """
        if not self.n:
            return Figure.no_answers(Unit.COEFFICIENT)
        agreed, by_chance = self.hits / self.n, self._by_chance()
        if by_chance == 1:
            return Figure.cannot_tell(Unit.COEFFICIENT)
        kappa = (agreed - by_chance) / (1 - by_chance)
        return Figure.known(kappa, self.n, self._reach(kappa, by_chance), Unit.COEFFICIENT)

    def recall(self, label: str) -> Figure:
        """Percent of what people call so that the machine calls so too."""
        return rate(self.counts.get((label, label), 0), self.by_person(label))

    def precision(self, label: str) -> Figure:
        """Percent of what the machine calls so that people call so too."""
        return rate(self.counts.get((label, label), 0), self.by_machine(label))

    def by_person(self, label: str) -> int:
        return sum(count for (person, _), count in self.counts.items() if person == label)

    def by_machine(self, label: str) -> int:
        return sum(count for (_, machine), count in self.counts.items() if machine == label)

    def _by_chance(self) -> float:
        return sum(self.by_person(label) * self.by_machine(label) for label in LABELS) / self.n**2

    def _reach(self, kappa: float, by_chance: float) -> Interval:
        if self.hits == self.n:
            agreed = wilson_interval(self.hits, self.n)
            return Interval((agreed.low - by_chance) / (1 - by_chance), 1.0)
        half = normal_quantile() * math.sqrt(max(self._variance(kappa, by_chance), 0.0))
        return Interval(kappa - half, kappa + half).within(-1.0, 1.0)

    def _variance(self, kappa: float, by_chance: float) -> float:
        person = {label: self.by_person(label) / self.n for label in LABELS}
        machine = {label: self.by_machine(label) / self.n for label in LABELS}
        same = apart = 0.0
        for (mine, theirs), count in self.counts.items():
            share = count / self.n
            if mine == theirs:
                same += share * (1 - (person[mine] + machine[mine]) * (1 - kappa)) ** 2
            else:
                apart += share * (machine[mine] + person[theirs]) ** 2
        spread = same + (1 - kappa) ** 2 * apart - (kappa - by_chance * (1 - kappa)) ** 2
        return spread / (self.n * (1 - by_chance) ** 2)
