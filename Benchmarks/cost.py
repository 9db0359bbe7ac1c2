"""ops/bench cost: what one forwarded packet costs in user instructions, and what it may.

Instructions repeat exactly from run to run on one kind of processor, unlike time. Which code the cipher takes depends on
the processor, so the numbers to hold against are kept by the cipher's code path (VAES with AVX-512, VAES with AVX2, or
neither); on a path without kept numbers only the rules that hold everywhere are checked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "Benchmarks" / "cost.json"
GROWTH = 1.10
OVER_LIMIT = 1.30
RECORDED = 1.03


def path_of_cipher() -> str:
    """Which of BoringSSL's AES-GCM implementations this processor runs."""
    flags = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")), "")
    words = set(flags.split())
    if not {"vaes", "vpclmulqdq"} <= words:
        return "aesni"
    return "vaes-avx512" if {"avx512bw", "avx512vl"} <= words else "vaes-avx2"


def count() -> dict[str, dict[str, float]]:
    """Steps through the relay and the limit loop; about half a minute."""
    release = ROOT / ".build" / "release"
    done = subprocess.run([str(release / "HotPath"), "count", str(release / "LimitLoop")], capture_output=True,
                          text=True, timeout=600, check=False)
    if done.returncode != 0:
        sys.exit(f"The counter failed: {done.stderr or done.returncode}. Single-stepping needs ptrace.")
    return json.loads(done.stdout)


def main() -> None:
    what = sys.argv[1]
    costs = count()
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    cipher = path_of_cipher()
    failures = []
    print(f"{'':24} {'instructions':>12} {'kept':>8} {'allocations':>12} {'references':>11}   ({cipher})")
    for name, cost in sorted(costs.items()):
        before = kept.get(cipher, {}).get(name)
        print(f"{name:24} {cost['instructions']:12.1f} {before or 0:8.1f} {cost['allocations']:12.4f}"
              f" {cost['references']:11.4f}")
        if not name.startswith("relay"):
            continue
        if cost["allocations"] or cost["references"]:
            failures.append(f"{name}: the forwarding loop allocates or counts references")
        if before and cost["instructions"] > before * GROWTH:
            failures.append(f"{name}: {cost['instructions']:.0f} instructions a packet, {before:.0f} before")
    ratio = costs["relay video gcm"]["instructions"] / costs["limit video gcm"]["instructions"]
    print(f"video, GCM: {ratio:.3f} x the limit loop")
    if ratio > OVER_LIMIT:
        failures.append(f"video costs {ratio:.2f} x the limit loop's instructions, more than {OVER_LIMIT}")
    for name in [name for name in costs if name.endswith(" recorded")]:
        plain = costs[name.removesuffix(" recorded")]["instructions"]
        print(f"{name}: {costs[name]['instructions'] / plain:.4f} x without")
        if costs[name]["instructions"] > plain * RECORDED:
            failures.append(f"{name}: recording costs the forwarding more than {RECORDED}")
    if what == "keep":
        kept[cipher] = {name: round(cost["instructions"], 1) for name, cost in sorted(costs.items())}
        KEPT.write_text(json.dumps(kept, indent=1) + "\n")
        print(f"kept in {KEPT.relative_to(ROOT)}")
    elif what == "check":
        for failure in failures:
            print(f"FAILED: {failure}")
        sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
