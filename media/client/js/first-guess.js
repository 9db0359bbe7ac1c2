// What the way down to this page bears at least, from how long the page itself took to come.

// Below this there is too little to tell; above it a call has no need to know.
const LEAST_BYTES = 15_000;
const MOST_KBPS = 2000;

/**
 * @returns {number|null} kbit/s; null when the page came from the cache, or faster than matters
 */
export function firstGuess() {
    const loaded = /** @type {PerformanceResourceTiming[]} */ ([
        ...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource'),
    ]).filter((entry) => entry.transferSize > 300 && entry.responseEnd > 0 && !entry.name.includes('/api/'));
    const bytes = loaded.reduce((sum, entry) => sum + entry.transferSize, 0);
    if (bytes < LEAST_BYTES) return null;
    // Time in which anything was on its way, counted once: scripts are parsed in between.
    const spans = loaded.map((entry) => [entry.requestStart || entry.startTime, entry.responseEnd]).sort((a, b) => a[0] - b[0]);
    let busy = 0;
    let reached = 0;
    for (const [start, end] of spans) {
        busy += Math.max(0, end - Math.max(start, reached));
        reached = Math.max(reached, end);
    }
    const kbps = bytes * 8 / Math.max(busy, 1);
    return kbps < MOST_KBPS ? Math.round(kbps) : null;
}
