// What this browser remembers between calls. Storage may be refused (private windows): then nothing is remembered.

const PREFIX = 'giaoban.';

/**
 * @param {string} key
 * @param {string} fallback
 * @returns {string}
 */
export function recall(key, fallback = '') {
    try {
        return localStorage.getItem(PREFIX + key) ?? fallback;
    } catch {
        return fallback;
    }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
    try {
        localStorage.setItem(PREFIX + key, value);
    } catch {
        // Refused storage changes nothing else.
    }
}

/** @typedef {'full'|'saver'|'audio'} Reception what the viewer wants, whatever the line would bear */

/** @returns {Reception} */
export function reception() {
    const kept = recall('reception', 'full');
    return kept === 'saver' || kept === 'audio' ? kept : 'full';
}

/** A machine may be on another line tomorrow. */
const LINE_LIFE_MS = 8 * 3_600_000;

/**
 * What is known of this line from before, in kbit/s; null where nothing is, or where the line is more than a call needs.
 * @returns {{up: number|null, down: number|null}}
 */
export function knownLine() {
    if (Date.now() - Number(recall('line.at')) > LINE_LIFE_MS) return { up: null, down: null };
    const [up, down] = ['line.up', 'line.down'].map((key) => Number(recall(key)) || null);
    return { up, down };
}

/** @param {{up?: number|null, down?: number|null}} line kbit/s; null forgets */
export function rememberLine({ up, down }) {
    const known = knownLine();
    // What a call finds out about the way down does not make the way up any younger.
    if (up !== undefined || known.up === null) remember('line.at', String(Date.now()));
    if (up === undefined && known.up === null) remember('line.up', '');
    if (up !== undefined) remember('line.up', up === null ? '' : String(Math.round(up)));
    if (down !== undefined) remember('line.down', down === null ? '' : String(Math.round(down)));
}
