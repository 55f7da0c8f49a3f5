#!/usr/bin/env python3
"""Reads files of Performance Co-Pilot's memory mapped values (version 1) and prints them as JSON.

Needs nothing but Python: no Holdfast, no Performance Co-Pilot. The layout is that of mmv(5).

    python3 read_mmv.py /dev/shm/holdfast/holdfast_shop
    python3 read_mmv.py /dev/shm/holdfast            # every file in the directory
"""

import json
import math
import mmap
import os
import struct
import sys
import time

HEADER = struct.Struct("=4siQQiiii")  # magic, version, generations, sections, flags, process, cluster
TOC_ENTRY = struct.Struct("=iiQ")  # kind, count, offset
INSTANCE = struct.Struct("=QIi64s")  # domain, padding, number, name
METRIC = struct.Struct("=64sIiiIiIQQ")  # name, item, type, semantics, units, domain, padding, helps
VALUE = struct.Struct("=8sqQQ")  # value, extra, metric, instance
METRICS, VALUES = 3, 4
FORMATS = {0: "=i", 1: "=I", 2: "=q", 3: "=Q", 4: "=f", 5: "=d"}

TRIES = 200
PAUSE_SECONDS = 0.0005


class Unreadable(Exception):
    pass


def text(raw):
    return raw.split(b"\0", 1)[0].decode("utf-8")


def sections(memory):
    if len(memory) < HEADER.size:
        raise Unreadable("it is too short")
    magic, version, first, second, count, _flags, process, _cluster = HEADER.unpack_from(memory)
    if magic != b"MMV\0" or version != 1:
        raise Unreadable("it is not a file of memory mapped values, version 1")
    if first == 0 or first != second:
        raise Unreadable("it is being written, or another has taken its place")
    found = {}
    for nth in range(count):
        kind, entries, offset = TOC_ENTRY.unpack_from(memory, HEADER.size + nth * TOC_ENTRY.size)
        found[kind] = (entries, offset)
    return first, process, found


def metrics_by_offset(memory, count, offset):
    found = {}
    for at in range(offset, offset + count * METRIC.size, METRIC.size):
        name, _item, kind, _semantics, _units, domain, _padding, _short, _long = METRIC.unpack_from(memory, at)
        found[at] = (text(name), kind, domain != -1)
    return found


def copy_of(memory, places):
    count, offset = places
    return memory[offset : offset + count * VALUE.size]


def sequence_of(memory, places, metrics):
    for raw, _extra, metric, _instance in VALUE.iter_unpack(copy_of(memory, places)):
        if metrics[metric][0] == "sequence":
            return struct.unpack("=Q", raw)[0]
    raise Unreadable("it has no sequence number")


def values_in(copy, memory, metrics):
    found = {name: {} if is_many else None for name, _kind, is_many in metrics.values()}
    for raw, _extra, metric, instance in VALUE.iter_unpack(copy):
        name, kind, is_many = metrics[metric]
        (value,) = struct.unpack_from(FORMATS[kind], raw)
        if isinstance(value, float) and math.isnan(value):
            value = None  # not known
        if is_many:
            found[name][text(INSTANCE.unpack_from(memory, instance)[3])] = value
        else:
            found[name] = value
    return found


def read(path):
    """All values of one moment: the sequence number is even, and the same before and after.

    Where it stays odd the writer was killed in the middle; then the values may be of two moments.
    """
    seen = set()
    for _ in range(TRIES):
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
            generation, process, found = sections(memory)
            metrics = metrics_by_offset(memory, *found[METRICS])
            before = sequence_of(memory, found[VALUES], metrics)
            copy = copy_of(memory, found[VALUES])
            after = sequence_of(memory, found[VALUES], metrics)
            values = values_in(copy, memory, metrics)
        is_one_moment = before == after and before % 2 == 0
        seen.update((before, after))
        if is_one_moment:
            break
        time.sleep(PAUSE_SECONDS)
    if not is_one_moment and len(seen) > 1:
        raise Unreadable(f"it was being written each of {TRIES} times that it was read")
    return {
        "file": path,
        "generation": generation,
        "process": process,
        "isOneMoment": is_one_moment,
        "values": values,
    }


def files_of(path):
    if not os.path.isdir(path):
        return [path]
    return [os.path.join(path, name) for name in sorted(os.listdir(path)) if not name.startswith(".")]


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    code = 0
    read_files = []
    for path in [file for path in paths for file in files_of(path)]:
        try:
            read_files.append(read(path))
        except (OSError, ValueError, Unreadable) as error:
            print(f"{path}: {error}", file=sys.stderr)
            code = 1
    print(json.dumps(read_files, indent=2))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
