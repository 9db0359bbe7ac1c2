// How much comes down this line in three seconds, by the pages' own files: what a thin line gives is known well, what a
// fast one gives as a lower bound.
const FILES = ['js/session.js', 'js/stage.js', 'locales/vi.json', 'js/dom.js', 'js/devices.js', 'css/call.css'];
const MEASURE_MS = 3000;
const PARALLEL = 4;

/** @returns {Promise<number|null>} kbit/s */
export async function testDownload() {
    const stop = new AbortController();
    const start = performance.now();
    const timer = setTimeout(() => stop.abort(), MEASURE_MS);
    let bytes = 0;
    let last = start;
    /** @param {number} number */
    const load = async (number) => {
        for (let file = number; !stop.signal.aborted; file += 1) {
            const answer = await fetch(`/assets/${FILES[file % FILES.length]}`, { cache: 'no-store', signal: stop.signal });
            const reader = answer.body?.getReader();
            for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
                bytes += part.value.length;
                last = performance.now();
            }
        }
    };
    await Promise.allSettled(Array.from({ length: PARALLEL }, (_, number) => load(number)));
    clearTimeout(timer);
    return bytes > 0 && last > start ? Math.round((bytes * 8) / Math.max(500, last - start)) : null;
}
