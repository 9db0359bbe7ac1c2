// How much comes down this line in three seconds, by the pages' own files: what a thin line gives is known well, what a
// fast one gives as a lower bound.
import { sleep } from './dom.js';

const FILES = ['js/session.js', 'js/stage.js', 'locales/vi.json', 'js/dom.js', 'js/devices.js', 'css/call.css'];
const MEASURE_MS = 3000;
const PARALLEL = 4;
/** kbit/s below which several files at once would burst over the limit. */
const ONE_AT_A_TIME = 1000;

/**
 * @param {number} [limit] kbit/s that the test may take
 * @returns {Promise<number|null>} kbit/s
 */
export async function testDownload(limit = Infinity) {
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
            // The files are small: between two of them is pause enough to keep to a limit.
            const early = start + (bytes * 8) / limit - last;
            if (early > 0) await sleep(Math.min(early, MEASURE_MS));
        }
    };
    const parallel = limit < ONE_AT_A_TIME ? 1 : PARALLEL;
    await Promise.allSettled(Array.from({ length: parallel }, (_, number) => load(number)));
    clearTimeout(timer);
    return bytes > 0 && last > start ? Math.round(Math.min(limit, (bytes * 8) / Math.max(500, last - start))) : null;
}
