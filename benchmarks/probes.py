"""What looking outside costs, against servers on this machine. Anyone can repeat it:

    python benchmarks/probes.py

Whole processes unless said otherwise; the median of the runs. TLS handshakes are compared with bare sockets that do
nothing but shake hands, side by side in the same way.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import queue
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    sys.path.insert(0, str(ROOT / "src"))
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as (slow, hanging, secure):
        folder = Path(name)
        hundred = rules(folder, "hundred", [f"http://localhost:{slow}/{n}" for n in range(100)])
        some_hang = rules(
            folder,
            "hang",
            [f"http://localhost:{hanging if n < 4 else slow}/{n}" for n in range(20)],
        )
        ten = rules(
            folder, "ten", [f"https://localhost:{secure}/{n}" for n in range(10)], "ca_file: ca.pem"
        )
        print(
            f"(the process without any probe takes {wall([*hundred, '--offline'], runs):.2f} s here)"
        )
        report("100 HTTP probes answered after 200 ms, wall", wall(hundred, runs), 0.65, "s")
        report("20 probes, 4 of which hang for 5 s, wall", wall(some_hang, 1), 5.5, "s")
        report(
            "10 HTTPS probes, CPU more than offline",
            cpu(ten, runs) - cpu([*ten, "--offline"], runs),
            0.15,
            "s",
        )
        ours, floor = handshakes(secure, (folder / "ca.pem").read_bytes(), runs)
        report(
            f"100 TLS probes against bare handshakes ({floor * 1000:.0f} ms)", ours / floor, 3, "×"
        )


def report(what: str, measured: float, goal: float, unit: str) -> None:
    print(
        f"{what:62} {measured:6.2f} {unit}  goal {goal} {unit}  {'' if measured <= goal else 'MISSED'}"
    )


def rules(folder: Path, name: str, urls: list[str], more: str = "") -> list[str]:
    """A checklist with one item a URL; the command that checks it."""
    home = folder / name
    home.mkdir()
    (home / "ca.pem").write_bytes((folder / "ca.pem").read_bytes())
    items = [f"- [ ] Service {n} answers\n" for n in range(len(urls))]
    extra = f", {more}" if more else ""
    ruled = [
        f'  Service {n} answers: {{ http: {{ url: "{url}", allow_private: true, timeout: 5s{extra} }} }}\n'
        for n, url in enumerate(urls)
    ]
    (home / "deploy-checklist.md").write_text("# Release\n\n" + "".join(items))
    (home / "deploy-checklist.yml").write_text("version: 1\nitems:\n" + "".join(ruled))
    return [sys.executable, "-m", "deploy_checklist", "check", str(home / "deploy-checklist.md")]


def wall(command: list[str], runs: int) -> float:
    return statistics.median(_run(command)[0] for _ in range(runs))


def cpu(command: list[str], runs: int) -> float:
    return statistics.median(_run(command)[1] for _ in range(runs))


def _run(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of one process; online, every probe must have passed."""
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": os.environ.get("HOME", "/"),
    }
    began = time.monotonic()
    folder = Path(command[4]).parent
    process = subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    if process.returncode not in (0, 3) or ("--offline" not in command and "verified" not in said):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said}")
    return took, usage.ru_utime + usage.ru_stime


def handshakes(port: int, ca: bytes, runs: int) -> tuple[float, float]:
    """Seconds for 100 TLS probes, and for 100 bare handshakes, by as many threads; interleaved, in this process."""
    from deploy_checklist.world.tls import LiveTls

    trusting = ssl.create_default_context(cadata=ca.decode())

    def bare() -> None:
        plain = socket.create_connection(("127.0.0.1", port))
        with plain, trusting.wrap_socket(plain, server_hostname="localhost") as secured:
            secured.getpeercert()

    def ours() -> None:
        found = LiveTls().certificates(
            "localhost", port, timeout=10, allow_private=True, ca_file=ca
        )
        assert all(each.trouble is None for each in found if each.reached), found

    bare(), ours()
    measured = [(_together(ours), _together(bare)) for _ in range(runs)]
    return statistics.median(each for each, _ in measured), statistics.median(
        each for _, each in measured
    )


def _together(work: Callable[[], None], count: int = 100) -> float:
    failed: queue.SimpleQueue[BaseException] = queue.SimpleQueue()

    def once() -> None:
        try:
            work()
        except BaseException as error:
            failed.put(error)

    threads = [threading.Thread(target=once) for _ in range(count)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not failed.empty():
        raise failed.get()
    return time.monotonic() - began


@contextmanager
def servers(folder: Path) -> Iterator[tuple[int, int, int]]:
    """The ports of a server that takes 200 ms, one that never answers, and one over TLS; in a process of their own."""
    command = [sys.executable, __file__, "--serve", str(folder)]
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        slow, hanging, secure = map(int, process.stdout.readline().split())
        yield slow, hanging, secure
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def serve(folder: Path) -> None:
    from servers.authorities import trusted

    server, ca = trusted()
    (folder / "ca.pem").write_bytes(ca)

    def answering(delay: float) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(delay)
                writer.write(ANSWER)
                await writer.drain()
            except (OSError, asyncio.IncompleteReadError):
                pass
            writer.close()

        return answer

    made = [
        await asyncio.start_server(answering(0.2), "127.0.0.1", 0, backlog=256),
        await asyncio.start_server(answering(60), "127.0.0.1", 0, backlog=256),
        await asyncio.start_server(answering(0), "127.0.0.1", 0, backlog=256, ssl=server),
    ]
    print(*(each.sockets[0].getsockname()[1] for each in made), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        asyncio.run(serve(Path(sys.argv[2])))
    else:
        main()
