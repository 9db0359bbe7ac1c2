"""One end of a measured line: sends numbered datagrams by a plan, notes those of the other end, prints both.

    datagrams.py PORT ADDRESS PLAN      PLAN: {"end": T, "phases": [{"at": T, "seconds": S, "kbps": R, "size": BYTES}]}
Times are CLOCK_MONOTONIC's, which all network namespaces share: the delay of one way can be read from them. Sizes are
of IP packets. Standard library only."""

import json
import os
import select
import socket
import struct
import sys
import time

HEADERS = 28
RECEIVE_BUFFER_FORCE = 33  # socket(7); Python has no name for it
FIELDS = struct.Struct("!Idd")


def main():
    began = time.monotonic()
    # What is measured is the line, not who else wants this processor.
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    port, address, plan = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.setsockopt(socket.SOL_SOCKET, RECEIVE_BUFFER_FORCE, 8 << 20)
    link.bind(("", port))
    link.setblocking(False)
    arrived = []

    def collect(until):
        while (left := until - time.monotonic()) > 0:
            if not select.select([link], [], [], left)[0]:
                return
            try:
                while True:
                    data = link.recv(2048)
                    arrived.append((*FIELDS.unpack_from(data), time.monotonic(), len(data) + HEADERS))
            except BlockingIOError:
                pass

    sent = []
    for phase in plan["phases"]:
        gap = phase["size"] * 8 / phase["kbps"] / 1000
        padding = bytes(phase["size"] - HEADERS - FIELDS.size)
        count = int(phase["seconds"] / gap)
        for number in range(count):
            due = phase["at"] + number * gap
            # Sends that are due within the same millisecond go together.
            if due > time.monotonic():
                collect(max(due, time.monotonic() + 0.001))
            link.sendto(FIELDS.pack(number, phase["at"], time.monotonic()) + padding, (address, port))
        sent.append(count)
    collect(plan["end"])
    print(json.dumps({"began": began, "sent": sent, "arrived": arrived}))


main()
