// What is typed beside the minutes is kept by itself: one act after another, each soon after the last key.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send, Unreachable } from './api.js';
import { errorText } from './ui.js';

const PAUSE_MS = 700;
const AGAIN_MS = 3_000;

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * @param {string} path of the meeting's acts
 * @param {() => Promise<void>} saved told after each act that holds
 */
export function saving(path, saved) {
    const status = h('p', { class: 'minutes-status', role: 'status' });
    let waiting = 0;
    let chain = Promise.resolve();
    /** @param {string} kind @param {string} words */
    const say = (kind, words) => {
        status.className = `minutes-status ${kind}`;
        if (status.textContent !== words) status.textContent = words;
    };
    /** Does one act; a line that is away is waited for. @param {any} act */
    async function once(act) {
        for (;;) {
            try {
                await send('POST', path, act);
                return;
            } catch (error) {
                if (!(error instanceof Unreachable)) throw error;
                say('bad', t('minutes.unsaved'));
                await pause(AGAIN_MS);
            }
        }
    }
    /** @param {any} act @returns {Promise<void>} */
    function keep(act) {
        waiting += 1;
        say('busy', t('minutes.saving'));
        const done = chain.then(() => once(act)).then(saved);
        chain = done.catch(() => undefined);
        return done.then(() => {
            waiting -= 1;
            if (!waiting) say('good', t('minutes.saved'));
        }, (error) => {
            waiting -= 1;
            say('bad', errorText(error));
            throw error;
        });
    }
    addEventListener('beforeunload', warn);
    /** @param {BeforeUnloadEvent} event */
    function warn(event) {
        if (waiting) event.preventDefault();
    }
    return {
        status, keep,
        isIdle: () => waiting === 0,
        leave: () => removeEventListener('beforeunload', warn),
    };
}

/**
 * Watches the fields of one thing; `keep` is called when nothing was typed for a moment, and at once when they are left.
 * @param {HTMLElement} place
 * @param {() => Promise<void>|void} keep
 */
export function autosave(place, keep) {
    let timer = 0;
    let isDirty = false;
    let isKeeping = false;
    const now = async () => {
        clearTimeout(timer);
        // What is typed while one act is on its way goes with the next: never two at once.
        if (!isDirty || isKeeping) return;
        isDirty = false;
        isKeeping = true;
        let wasKept = true;
        try {
            await keep();
        } catch {
            // The page's status says what was refused; what was typed stays, and goes with the next key.
            wasKept = false;
        }
        isKeeping = false;
        if (!wasKept) isDirty = true;
        else if (isDirty) void now();
    };
    place.addEventListener('input', () => {
        isDirty = true;
        clearTimeout(timer);
        timer = setTimeout(now, PAUSE_MS);
    });
    place.addEventListener('focusout', (event) => {
        if (!place.contains(/** @type {any} */ (event).relatedTarget)) void now();
    });
    return { isDirty: () => isDirty || isKeeping || place.contains(document.activeElement), touch: () => { isDirty = true; void now(); } };
}
