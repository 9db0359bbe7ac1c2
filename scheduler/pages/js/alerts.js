// Listens for alerts as long as somebody is signed in. Of all the pages that a browser has open only one asks the
// server, and tells the others: six waiting requests would be all that a browser opens to one server (RFC 9112 §9.4).
import { language, onLanguage } from '/assets/js/i18n.js';
import { ringKey, showBar, showRing, stopRing } from './ring.js';

const LOCK = 'giaoban.alerts';
/** The page itself comes first on a thin line; then this waits for good. */
const BEGIN_AFTER_MS = 3_000;
const PAUSE_AFTER_FAILURE_MS = 2_500;
/** Longer than the server lets anybody wait, by what a thin line needs. */
const PATIENCE_MS = 40_000;

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(LOCK);
/** Rings that were silenced here or in another tab. @type {Set<string>} */
const silenced = new Set();
/** @type {import('./ring.js').Alert[]} */
let standing = [];
/** @type {AbortController|null} */
let listening = null;
let person = 0;

/** @param {number} milliseconds @param {AbortSignal} signal */
const pause = (milliseconds, signal) =>
    new Promise((resolve) => {
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

/** @param {any[]} alerts */
function take(alerts) {
    standing = alerts;
    const ringing = alerts.find((alert) => !alert.acknowledged && !silenced.has(ringKey(alert)));
    if (ringing) {
        showBar(null);
        showRing(ringing, (settled) => {
            silence(ringKey(settled));
            channel?.postMessage({ silenced: ringKey(settled) });
        });
        return;
    }
    stopRing();
    showBar(alerts[0] ?? null);
}

/** @param {string} key */
function silence(key) {
    silenced.add(key);
    take(standing);
}

/** Asks until it is told to stop, or until the session has ended. @param {AbortSignal} signal */
async function ask(signal) {
    /** @type {number|null} */
    let version = null;
    while (!signal.aborted) {
        const ending = new AbortController();
        const patience = setTimeout(() => ending.abort(), PATIENCE_MS);
        const leave = () => ending.abort();
        signal.addEventListener('abort', leave);
        try {
            const answer = await fetch(`/api/alerts${version === null ? '' : `?after=${version}`}`, {
                headers: { Accept: 'application/json', 'Accept-Language': language() }, credentials: 'same-origin', cache: 'no-store', signal: ending.signal,
            });
            if (answer.status === 401) return;
            if (!answer.ok) throw new Error(String(answer.status));
            const found = await answer.json();
            if (signal.aborted) return;
            const first = version === null;
            version = found.version;
            take(found.alerts);
            channel?.postMessage({ person, alerts: found.alerts });
            if (first) await pause(BEGIN_AFTER_MS, signal);
        } catch {
            await pause(PAUSE_AFTER_FAILURE_MS, signal);
        } finally {
            clearTimeout(patience);
            signal.removeEventListener('abort', leave);
        }
    }
}

/** Begins to listen for somebody, or ends it. @param {any} me null when nobody is signed in */
export function listenForAlerts(me) {
    if ((me?.person.id ?? 0) === person && listening) return;
    listening?.abort();
    listening = null;
    person = me?.person.id ?? 0;
    if (!me) return void take([]);
    listening = new AbortController();
    const { signal } = listening;
    if (!navigator.locks) return void ask(signal);
    // Whoever has the lock asks; when that page closes, the next has it. A page that holds a lock is not put to sleep.
    navigator.locks.request(LOCK, { signal }, () => ask(signal)).catch(() => null);
    channel?.postMessage({ asks: person });
}

channel?.addEventListener('message', ({ data }) => {
    if (typeof data?.silenced === 'string') silence(data.silenced);
    else if (data?.asks === person && standing.length) channel.postMessage({ person, alerts: standing });
    else if (data?.person === person && Array.isArray(data.alerts)) take(data.alerts);
});

onLanguage(() => {
    stopRing();
    take(standing);
});
