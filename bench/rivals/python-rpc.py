"""What python3-libvirt needs for one kind of work, once or several times. Prints milliseconds as JSON."""

import json
import sys
import time

import libvirt

# The first time is what a fresh process pays, the others what a long-lived one does.
REPEATS = 12

uri, work, mode = sys.argv[1:4]
connection = libvirt.open(uri)
acts = {
    "list": connection.listAllDomains,
    "stats": connection.getAllDomainStats,
    "xml": lambda: [domain.XMLDesc() for domain in domains],
}
if work == "xml":
    domains = connection.listAllDomains()
times = []
for _ in range(REPEATS if mode == "repeat" else 1):
    start = time.perf_counter()
    acts[work]()
    times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times))
