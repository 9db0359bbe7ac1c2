// Talking with the server over lines that fail: GETs are tried again, everything else exactly once, and a session
// that ended in the meantime is renewed without losing what the request carried.
import { language, t } from '/assets/js/i18n.js';

const PAUSES_MS = [600, 1_800, 4_500];
/** A thin line needs its time: the unit tree takes eight seconds at 64 kbit/s. */
const PATIENCE_MS = 45_000;

/** What the server refused, in its own words. */
export class Refusal extends Error {
    /** @param {number} status @param {any} body */
    constructor(status, body) {
        super(body?.error?.message ?? t(status >= 500 ? 'error.server' : 'error.refused', { status }));
        this.status = status;
        this.code = body?.error?.code ?? '';
        /** @type {Record<string, string>} */
        this.fields = body?.error?.fields ?? {};
        this.body = body?.error ?? {};
    }
}

/** The server could not be reached. */
export class Unreachable extends Error {
    constructor() {
        super(t('error.offline'));
    }
}

let csrf = '';
/** @param {string} token */
export const useToken = (token) => {
    csrf = token;
};

/** @type {() => Promise<boolean>} */
let renewSession = async () => false;
/** @param {() => Promise<boolean>} renew asks the person to sign in again; false when they would not */
export const onSessionLost = (renew) => {
    renewSession = renew;
};

/** @type {Set<(state: 'trying'|'lost'|'well') => void>} */
const watchers = new Set();
/** @param {(state: 'trying'|'lost'|'well') => void} watcher */
export const onLine = (watcher) => watchers.add(watcher);
/** @param {'trying'|'lost'|'well'} state */
const tell = (state) => watchers.forEach((watcher) => watcher(state));

/** Waits, or goes on at once when the network comes back. @param {number} milliseconds */
const pause = (milliseconds) =>
    new Promise((resolve) => {
        const timer = setTimeout(done, milliseconds);
        function done() {
            clearTimeout(timer);
            removeEventListener('online', done);
            resolve(undefined);
        }
        addEventListener('online', done);
    });

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: any, raw?: BodyInit, type?: string, key?: string, signal?: AbortSignal, open?: boolean, keepalive?: boolean}} [options]
 *   `open`: the route needs no session, a 401 is an answer like any other; `keepalive`: sent also when the page is left
 */
async function once(method, path, { body, raw, type, key, signal, open, keepalive = false } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: 'application/json', 'Accept-Language': language() };
    if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
    if (key) headers['Idempotency-Key'] = key;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (raw !== undefined) headers['Content-Type'] = type ?? 'application/octet-stream';
    const ending = new AbortController();
    const patience = setTimeout(() => ending.abort(), PATIENCE_MS);
    signal?.addEventListener('abort', () => ending.abort(), { once: true });
    let answer;
    try {
        answer = await fetch(path, {
            method, headers, body: body === undefined ? raw : JSON.stringify(body), credentials: 'same-origin',
            signal: ending.signal, keepalive,
        });
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new Unreachable();
    } finally {
        clearTimeout(patience);
    }
    tell('well');
    if (answer.status === 204) return null;
    const found = await answer.json().catch(() => null);
    if (answer.ok) return found;
    if (answer.status === 401 && !open && (await renewSession())) {
        return once(method, path, { body, raw, type, key, signal, open: true });
    }
    throw new Refusal(answer.status, found);
}

/** @param {unknown} error */
export const passing = (error) => error instanceof Unreachable || (error instanceof Refusal && [502, 503, 504].includes(error.status));

/**
 * Reads; tries again while the line or the server is away.
 * @param {string} path
 * @param {{signal?: AbortSignal, open?: boolean}} [options]
 * @returns {Promise<any>}
 */
export async function get(path, options = {}) {
    for (let attempt = 0; ; attempt += 1) {
        try {
            return await once('GET', path, options);
        } catch (error) {
            if (!passing(error)) throw error;
            if (attempt >= PAUSES_MS.length) {
                tell('lost');
                throw error;
            }
            tell('trying');
            await pause(PAUSES_MS[attempt]);
        }
    }
}

/**
 * Changes something; never repeated by itself. A booking carries an idempotency key, so that a person who presses
 * again after a lost answer books once.
 * @param {'POST'|'PUT'|'PATCH'|'DELETE'} method
 * @param {string} path
 * @param {any} [body]
 * @param {{key?: string, open?: boolean, raw?: BodyInit, type?: string, signal?: AbortSignal, keepalive?: boolean}} [options]
 * @returns {Promise<any>}
 */
export const send = (method, path, body, options = {}) => once(method, path, { body, ...options });

/** Nothing of a piece leaves for so long: the line is dead, though nobody has said so. */
const STANDSTILL_MS = 60_000;

/**
 * Sends a piece of a file and says how far it is: fetch cannot tell the progress of what it sends.
 * @param {string} path
 * @param {ArrayBuffer} piece
 * @param {number} offset where it begins in the file
 * @param {{progress: (bytes: number) => void, signal?: AbortSignal}} settings
 * @returns {Promise<any>}
 */
export function sendPiece(path, piece, offset, { progress, signal }) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('PATCH', path);
        request.setRequestHeader('X-CSRF-Token', csrf);
        request.setRequestHeader('Accept-Language', language());
        request.setRequestHeader('Content-Type', 'application/octet-stream');
        request.setRequestHeader('Upload-Offset', String(offset));
        let guard = 0;
        const watch = () => {
            clearTimeout(guard);
            guard = setTimeout(() => request.abort(), STANDSTILL_MS);
        };
        const stop = () => request.abort();
        signal?.addEventListener('abort', stop);
        request.upload.addEventListener('progress', (event) => {
            watch();
            progress(event.loaded);
        });
        for (const kind of ['error', 'abort']) request.addEventListener(kind, () => reject(new Unreachable()));
        request.addEventListener('loadend', () => {
            clearTimeout(guard);
            signal?.removeEventListener('abort', stop);
        });
        request.addEventListener('load', async () => {
            tell('well');
            let body = null;
            try {
                body = JSON.parse(request.responseText);
            } catch {
                // An answer that is not JSON is told by its status.
            }
            if (request.status < 300) resolve(body);
            else if (request.status === 401 && (await renewSession())) resolve(sendPiece(path, piece, offset, { progress, signal }));
            else reject(new Refusal(request.status, body));
        });
        watch();
        request.send(piece);
    });
}

/** @param {Record<string, string|number|null|undefined>} values */
export function query(values) {
    const pairs = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
    // A space is %20: in an address + is a plus (RFC 3986), in forms only a space.
    const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
    return pairs.length ? `?${text.replaceAll("+", "%20")}` : "";
}
