"""The parts of the platform started one by one, for tests that break them faster than `run` would mend them."""

import os
import signal
from dataclasses import replace

from vocplatform.lib.env import embedded_socket
from vocplatform.supervisor import broker, parts, probe
from vocplatform.supervisor.child import Child, Part
from vocplatform.supervisor.watch import Watch
from vocplatform.tests.faults.platform import READY_SECONDS, STOP_SECONDS, Platform

APPLICATION = "vocplatform.wsgi:application"


class ByHand(Platform):
    def start(self) -> None:
        self.watch = Watch(lambda name, line: self.lines.append(f"{name} | {line}\n"))
        self.watch.__enter__()
        if "REDIS_URL" not in self.env:
            self.watch.start(broker.embedded_broker(self.state_dir))
            socket = embedded_socket(self.state_dir)
            assert self.watch.wait_for(lambda: broker.answers(socket), seconds=READY_SECONDS), self.transcript()
        self.watch.start(parts.beat(env=self.own_env))
        self.start_web(self.own_env)
        self.start_worker()

    @property
    def own_env(self) -> dict[str, str]:
        """Empty is unset: what the platform was not given must not come from the shell of the tests."""
        return {"DATABASE_URL": "", "REDIS_URL": "", **self.env}

    def restart_web(self, env: dict[str, str], **how) -> None:
        self.end_part(self.web)
        self.start_web(env, **how)

    def end_part(self, part: Child) -> None:
        """As a deployment does: SIGTERM, and wait."""
        self.watch.children.remove(part)
        part.ask_to_stop()
        part.process.wait(timeout=STOP_SECONDS)
        self.watch.drain(part)

    def start_web(
        self,
        env: dict[str, str],
        *,
        application: str = APPLICATION,
        port: int = 0,
        processes: int = 2,
        threads: int = 4,
    ) -> Child:
        port = port or self.port
        part = parts.web(host="127.0.0.1", port=port, processes=processes, threads=threads, env=env)
        command = [application if word == APPLICATION else word for word in part.command]
        self.web = self.watch.start(replace(part, command=command))
        alive = self.watch.wait_for(lambda: probe.is_alive("127.0.0.1", port), seconds=READY_SECONDS)
        assert alive, self.transcript()
        return self.web

    def start_worker(self, part: Part | None = None) -> Child:
        self.worker = self.watch.start(part or parts.worker(processes=2, env=self.own_env))
        return self.worker

    def kill_worker(self) -> None:
        """kill -9 of the worker with all its children; nobody starts it again but the test."""
        self.watch.children.remove(self.worker)
        os.killpg(self.worker.process.pid, signal.SIGKILL)
        self.worker.process.wait()
        self.watch.drain(self.worker)

    def until(self, holds, *, seconds: float, every: float = 0.05) -> bool:
        return self.watch.wait_for(holds, seconds=seconds, ask_every=every)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.watch.__exit__()
        return 0

    @property
    def is_running(self) -> bool:
        return hasattr(self, "watch") and bool(self.watch.children)
