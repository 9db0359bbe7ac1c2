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

/**
 * What is known of this line from before, in kbit/s; null where nothing is, or where the line is more than a call needs.
 * @returns {{up: number|null, down: number|null}}
 */
export function knownLine() {
    const [up, down] = ['line.up', 'line.down'].map((key) => Number(recall(key)) || null);
    return { up, down };
}

/** @param {{up?: number|null, down?: number|null}} line kbit/s; null forgets */
export function rememberLine({ up, down }) {
    if (up !== undefined) remember('line.up', up === null ? '' : String(Math.round(up)));
    if (down !== undefined) remember('line.down', down === null ? '' : String(Math.round(down)));
}
