// A file on its way in pieces: it waits while the line is away and goes on where it stopped, after a reload too, when
// the same file is chosen again. What the server has said it has is on its disk.
import { t } from '/assets/js/i18n.js';
import { get, passing, Refusal, send, sendPiece } from './api.js';

const SMALLEST = 64 << 10;
const FIRST = 256 << 10;
const LARGEST = 4 << 20;
/** A piece is as large as leaves in about this time: little is sent again where lines are cut often. */
const PIECE_MS = 6_000;
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 20_000];
const STORE = 'paper-upload:';

/** What is sent of a file besides its bytes. @typedef {{title: string, scope: string, item?: number|null, replaces?: number|null}} Said */

/** The browser knows a file again by these. @param {number} occurrence @param {File} file */
const keyOf = (occurrence, file) => `${STORE}${occurrence}:${file.name}:${file.size}:${file.lastModified}`;

/** @param {string} key */
function remembered(key) {
    try {
        return Number(localStorage.getItem(key)) || 0;
    } catch {
        return 0;
    }
}

/** @param {string} key @param {number} id 0 forgets it */
function remember(key, id) {
    try {
        if (id) localStorage.setItem(key, String(id));
        else localStorage.removeItem(key);
    } catch {
        // Without storage an upload goes on until the page is left.
    }
}

/** Names of the files of a meeting that were not sent whole from this browser. @param {number} occurrence */
export function unfinished(occurrence) {
    try {
        return Object.keys(localStorage).filter((key) => key.startsWith(`${STORE}${occurrence}:`)).map((key) => key.split(':').slice(2, -2).join(':'));
    } catch {
        return [];
    }
}

/** Waits, or goes on at once when the network comes back. @param {number} milliseconds @param {AbortSignal} signal */
const pause = (milliseconds, signal) => new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
        clearTimeout(timer);
        removeEventListener('online', done);
        signal.removeEventListener('abort', done);
        resolve(undefined);
    }
    addEventListener('online', done);
    signal.addEventListener('abort', done);
});

/**
 * Sends a paper to a meeting, or to its whole series.
 * @param {number} occurrence
 * @param {File} file
 * @param {Said} said
 * @param {{progress: (share: number) => void, waiting: (isWaiting: boolean) => void, signal: AbortSignal}} settings
 *   `signal`: cancels it, and takes away what was sent
 * @returns {Promise<any>} the paper; null where it was cancelled
 */
export async function uploadPaper(occurrence, file, said, { progress, waiting, signal }) {
    const key = keyOf(occurrence, file);
    let id = remembered(key);
    let offset = -1;
    let size = FIRST;
    let failures = 0;
    for (;;) {
        if (signal.aborted) {
            remember(key, 0);
            if (id) await send('DELETE', `/api/uploads/${id}`).catch(() => null);
            return null;
        }
        try {
            if (!id) {
                id = (await send('POST', `/api/occurrences/${occurrence}/uploads`, { ...said, filename: file.name, classification: 'thuong', bytes: file.size }, { signal })).id;
                remember(key, id);
                offset = 0;
            }
            if (offset < 0) offset = (await get(`/api/uploads/${id}`, { signal })).offset;
            const piece = await readable(file.slice(offset, offset + size));
            const begin = performance.now();
            const at = offset;
            const answer = await sendPiece(`/api/uploads/${id}`, piece, at, { signal, progress: (bytes) => progress((at + bytes) / file.size) });
            waiting(false);
            failures = 0;
            if (answer.url !== undefined) {
                remember(key, 0);
                return answer;
            }
            offset = answer.offset;
            size = Math.min(LARGEST, Math.max(SMALLEST, Math.round((size * PIECE_MS) / Math.max(1, performance.now() - begin))));
        } catch (error) {
            if (signal.aborted) continue;
            if (error instanceof Refusal && error.code === 'wrong-offset') {
                offset = error.body.offset;
            } else if (error instanceof Refusal && error.status === 404 && id) {
                // Dropped after a week, or another person's in the same browser.
                id = 0;
                remember(key, 0);
            } else if (passing(error) || (error instanceof Refusal && ['cut', 'overtaken'].includes(error.code))) {
                waiting(true);
                size = Math.max(SMALLEST, size >> 1);
                offset = -1;
                await pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)], signal);
                failures += 1;
            } else {
                // What was refused for what it is, is gone from the server too.
                remember(key, 0);
                throw error;
            }
        }
    }
}

/** @param {Blob} piece */
async function readable(piece) {
    try {
        return await piece.arrayBuffer();
    } catch {
        // Changed, moved or on a stick that was pulled out.
        throw new Error(t('papers.unreadable'));
    }
}
