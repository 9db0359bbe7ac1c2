// What somebody who is signed in has read of papers, told to the server.
import { ReadingReport } from '/assets/js/papers/reading-report.js';
import { passing, send } from './api.js';

/** It is told after some seconds, in milliseconds. */
const GATHER_MS = 4000;

/** Until the page is left. @param {AbortSignal} signal */
export function readingReport(signal) {
    const report = new ReadingReport(async (paper, pages, isLast) => {
        // What is refused is refused again.
        await send('POST', `/api/papers/${paper}/read`, { pages }, { keepalive: isLast }).catch((error) => { if (passing(error)) throw error; });
    }, GATHER_MS);
    signal.addEventListener('abort', () => report.stop());
    return report;
}
