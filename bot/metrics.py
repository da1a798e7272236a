"""Metrics: what Prometheus may ask one process; counts and times, never anything of a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.storage import Backlog

STEPS = ("receive", "claim", "read", "assess", "answer", "send")
"""The six steps of a message."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one process, and those of the whole database at the moment of asking."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self.updates = Counter(
            "cekdulu_updates", "Updates received: stored, repeated, ignored, unreadable or failed.",
            ["channel", "outcome"], registry=registry,
        )  # fmt: skip
        self.answers = Counter(
            "cekdulu_answers", "Answers given, by kind of message and level of the offer.",
            ["kind", "level"], registry=registry,
        )  # fmt: skip
        self.step_seconds = Histogram(
            "cekdulu_step_seconds", "Time of each of the six steps; answer includes read and assess.",
            ["step"], registry=registry, buckets=_SECONDS,
        )  # fmt: skip
        self.answered_seconds = Histogram(
            "cekdulu_answered_seconds", "From the arrival of a message to its answer in the outbox, quiet time included.",
            registry=registry, buckets=_SECONDS,
        )  # fmt: skip
        self.retries = Counter("cekdulu_retries", "Tries that failed and are repeated.", ["queue"], registry=registry)
        self.rate_limit_waits = Counter(
            "cekdulu_rate_limit_waits", "Sends that the platform asked to repeat later.", ["channel"], registry=registry
        )
        self.rate_limit_wait_seconds = Counter(
            "cekdulu_rate_limit_wait_seconds", "Seconds for which it asked to wait.", ["channel"], registry=registry
        )
        self.limited = Counter(
            "cekdulu_limited", "Messages not answered at once because of a limit: person or everyone.",
            ["limit"], registry=registry,
        )  # fmt: skip
        self.waiting = Gauge("cekdulu_queue_length", "Unfinished rows.", ["queue"], registry=registry)
        self.age = Gauge("cekdulu_queue_age_seconds", "Age of the oldest unfinished row.", ["queue"], registry=registry)
        self.dead = Gauge("cekdulu_dead_letters", "Rows set aside for a human.", ["queue"], registry=registry)
        self.last_update = Gauge(
            "cekdulu_last_update_timestamp_seconds", "When the newest update was stored; 0: never.", registry=registry
        )
        for name in STEPS:
            self.step_seconds.labels(name)

    def step(self, name: str, seconds: float) -> None:
        """A step ended."""
        self.step_seconds.labels(name).observe(seconds)

    def exposition(self, backlog: Backlog) -> bytes:
        """All figures in Prometheus' text form."""
        for queue, line in backlog.queues.items():
            self.waiting.labels(queue).set(line.waiting)
            self.age.labels(queue).set(line.oldest_seconds)
            self.dead.labels(queue).set(line.dead)
        self.last_update.set(backlog.last_stored_at or 0.0)
        return generate_latest(self._registry)
