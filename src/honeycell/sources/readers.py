"""Parts read in other processes, on all cores, in bounded memory.

A process is given one part after another and sends back batches over a socket. It waits while nobody takes what
it sent, so that no more than one batch of each process is ever on its way. Fresh interpreters are started (not
forks: the engine runs threads), and they import the sources only: neither the engine nor the caller's program.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait

import pyarrow as pa

from honeycell.errors import HoneycellError, SourceError
from honeycell.sources.records import Batch, Part, Source

__all__ = ["Failed", "Finished", "Read", "read_parts", "serve"]

_SMALL = 4 * 1024**2
"""Bytes on disk below which starting processes costs more than it saves."""


@dataclass(frozen=True)
class Read:
    """A batch was read."""

    part: Part
    batch: Batch


@dataclass(frozen=True)
class Failed:
    """Nothing more of the part can be read."""

    part: Part
    error: HoneycellError


@dataclass(frozen=True)
class Finished:
    """All of the part was read."""

    part: Part


def read_parts(parts: Sequence[tuple[Source, Part]], processes: int) -> Iterator[Read | Failed | Finished]:
    """Read the parts, the largest first; every part ends in one `Failed` or `Finished`.

    Args:
        parts: Each part with the source that reads it.
        processes: How many processes at most, at least 1; small work is done in this one.
    """
    if sum(part.n_bytes for _, part in parts) < _SMALL:
        for source, part in parts:
            yield from _read(source, part)
        return
    waiting = deque(sorted(parts, key=lambda pair: -pair[1].n_bytes))
    workers = [_start() for _ in range(min(processes, len(waiting)))]
    try:
        yield from _collect(workers, waiting)
    finally:
        for worker in workers:
            worker.stop()


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    part: Part | None = None

    def give(self, source: Source, part: Part) -> None:
        self.part = part
        self.connection.send((source, part))

    def stop(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


def _start() -> _Worker:
    ours, theirs = Pipe()
    # -P: a file of the current folder must not pass for a module.
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from honeycell.sources.readers import serve; serve()", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    ours.send(sys.path)
    return _Worker(process, ours)


def _collect(workers: list[_Worker], waiting: deque[tuple[Source, Part]]) -> Iterator[Read | Failed | Finished]:
    for worker in workers:
        worker.give(*waiting.popleft())
    busy = {worker.connection: worker for worker in workers}
    while busy:
        for connection in wait(list(busy)):
            worker = busy[connection]  # type: ignore[index]
            assert worker.part is not None
            try:
                event = _receive(worker.connection, worker.part)
            except (EOFError, OSError):
                # The process died, by a fault in a parser written in C or for want of memory: its part is lost,
                # the rest goes on in a new one.
                event = Failed(worker.part, _broken(worker.part, "reading it ended the process that read it"))
                worker.stop()
                del busy[worker.connection]
                fresh = _start()
                worker.process, worker.connection = fresh.process, fresh.connection
                busy[worker.connection] = worker
            yield event
            if not isinstance(event, Read):
                if waiting:
                    worker.give(*waiting.popleft())
                else:
                    del busy[worker.connection]


def _receive(connection: Connection, part: Part) -> Read | Failed | Finished:
    message = connection.recv()
    if isinstance(message, HoneycellError):
        return Failed(part, message)
    if message is None:
        return Finished(part)
    names, n_records, n_bytes = message
    tables = {name: pa.ipc.open_stream(pa.py_buffer(connection.recv_bytes())).read_all() for name in names}
    return Read(part, Batch(tables, n_records, n_bytes))


def _read(source: Source, part: Part) -> Iterator[Read | Failed | Finished]:
    try:
        for batch in source.read(part):
            yield Read(part, batch)
    except HoneycellError as error:
        yield Failed(part, error)
    except OSError as error:
        yield Failed(part, SourceError("file-not-readable", f"it cannot be read: {error}", part.locator, ""))
    except Exception as error:  # whatever a strange file does to a parser, the other files are still read
        yield Failed(part, _broken(part, f"{type(error).__name__}: {error}"))
    else:
        yield Finished(part)


def _broken(part: Part, what: str) -> SourceError:
    return SourceError(
        "corrupt-file", f"“{part.locator}” cannot be read to its end: {what}", str(part.path), "check the file"
    )


def serve() -> None:
    """The life of a reading process: read what is asked for until the asking side is gone."""
    import signal

    # The whole group gets the interrupt of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(int(sys.argv[-1]))
    try:
        sys.path[:] = connection.recv()
        while True:
            source, part = connection.recv()
            for event in _read(source, part):
                _send(connection, event)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        os._exit(0)


def _send(connection: Connection, event: Read | Failed | Finished) -> None:
    if isinstance(event, Finished):
        connection.send(None)
    elif isinstance(event, Failed):
        connection.send(event.error)
    else:
        tables = event.batch.tables
        connection.send_bytes(pickle.dumps((tuple(tables), event.batch.n_records, event.batch.n_bytes)))
        for table in tables.values():
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
            connection.send_bytes(sink.getvalue())
