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
