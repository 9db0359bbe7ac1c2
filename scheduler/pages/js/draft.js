// What was typed and not yet sent, kept for this tab: an error, a reload or an ended session loses nothing.
const PREFIX = 'giaoban.draft.';

/** @param {string} name @returns {any} */
export function readDraft(name) {
    try {
        return JSON.parse(sessionStorage.getItem(PREFIX + name) ?? 'null');
    } catch {
        return null;
    }
}

/** @param {string} name @param {any} value null forgets */
export function writeDraft(name, value) {
    try {
        if (value === null) sessionStorage.removeItem(PREFIX + name);
        else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
        // Without storage the page still works; it only cannot remember.
    }
}

/** A key by which the server knows a form that is sent twice. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
