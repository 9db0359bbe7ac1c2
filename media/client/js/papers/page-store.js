// Pages of papers as pictures: each is asked for once, kept for as long as the browser keeps it, and comes so slowly over
// a thin line that the voices do not notice. What was fetched the night before is found here without a request.

/** @typedef {'s'|'m'|'l'} PageSize 640, 1280 and 1920 pixels wide */
/**
 * @typedef {{
 *     url: string, ahead: boolean, bytes: Uint8Array[], length: number, type: string, stop: AbortController|null,
 *     done: (blob: Blob) => void, fail: (error: unknown) => void, promise: Promise<Blob>
 * }} Wanted `ahead`: nobody looks at it yet
 */

const CACHE = 'papers';
/** A line below it, kbit/s, carries voices first: one page at a time, and slowly. */
export const THIN_KBPS = 256;
export const WIDE_KBPS = 1000;
/** Bytes a second on a thin line of which no more is known. */
const CAREFUL = 2500;
/** Where none is to spare: to a page that is looked at, and to one that is not yet. */
const LEAST = { now: 1500, ahead: 1000 };
/** At most, where a page is not sent as fast as it goes: what nobody looks at yet leaves room for others on the line. */
const MOST = { now: 20_000, ahead: 8000 };
/** After a turn or a stroke a thin line is theirs for so long. */
const STILL_MS = 2500;
/** The part of what a line has to spare that a page takes. */
const SHARE = 0.6;
const RETRY_MS = 2000;
/** Of pages that the browser would not keep, so many stay in the page's own memory. */
const MEMORY_LIMIT = 60;

/** What the page knows of its way to the server. */
const way = {
    /** @returns {Record<string, string>} */
    headers: () => ({}),
    /** What the line bears and has to spare, kbit/s. @returns {{down?: number, spare?: number}|null} null: not known */
    line: () => /** @type {{down?: number, spare?: number}|null} */ (null),
    /** Whether also a wide line is used slowly for what is fetched ahead: nobody waits for it. */
    isGentle: false,
};
/** @type {Map<string, Wanted>} */
const wanted = new Map();
/** What the browser would not keep. @type {Map<string, Blob>} */
const memory = new Map();
let running = 0;
let stillUntil = 0;
/** @type {number|undefined} */
let waker;
/** Figures for tests and for whoever looks into a slow line. */
export const figures = { requests: 0, bytes: 0, found: 0 };

/**
 * @param {{headers?: () => Record<string, string>, line?: () => {down?: number, spare?: number}|null, isGentle?: boolean}} known
 *     `headers`: what says who asks (a join token, a device's)
 */
export function setWay(known) {
    Object.assign(way, known);
}

/** Whether the line is one on which a page waits for the voices. */
export function isThin() {
    const down = way.line()?.down;
    return down !== undefined && down < THIN_KBPS;
}

/** The size that suits the line. @returns {PageSize} */
export function sizeByLine() {
    const down = way.line()?.down;
    if (down === undefined) return 'm';
    return down < THIN_KBPS ? 's' : down < WIDE_KBPS ? 'm' : 'l';
}

/** @param {number} paper @param {number} n @param {PageSize} size */
export function pageAddress(paper, n, size) {
    return `/api/papers/${paper}/pages/${n}/${size}`;
}

/**
 * A page as a picture. Rejects when the server says that there is none; a line that is cut is waited for.
 * @param {number} paper @param {number} n from 1 on @param {PageSize} size
 * @param {{ahead?: boolean}} [how] `ahead`: fetched when nothing else is
 * @returns {Promise<Blob>}
 */
export async function pageImage(paper, n, size, { ahead = false } = {}) {
    const url = pageAddress(paper, n, size);
    const there = await kept(url);
    if (there) {
        figures.found += 1;
        return there;
    }
    const going = wanted.get(url);
    if (going) {
        going.ahead &&= ahead;
        run();
        return going.promise;
    }
    /** @type {any} */
    const one = { url, ahead, bytes: [], length: 0, type: 'image/webp', stop: null };
    one.promise = new Promise((done, fail) => Object.assign(one, { done, fail }));
    wanted.set(url, one);
    run();
    return one.promise;
}

/**
 * The best of what is here already, without a request.
 * @param {number} paper @param {number} n
 * @returns {Promise<{blob: Blob, size: PageSize}|null>}
 */
export async function pageAtHand(paper, n) {
    for (const size of /** @type {PageSize[]} */ (['l', 'm', 's'])) {
        const blob = await kept(pageAddress(paper, n, size));
        if (blob) return { blob, size };
    }
    return null;
}

/** Forgets what is only fetched ahead: another paper is shown. What has come of a page already is used if it is wanted again. */
export function forgetAhead() {
    for (const one of wanted.values()) {
        if (!one.ahead || one.stop) continue;
        wanted.delete(one.url);
        one.fail(new DOMException('not wanted any more', 'AbortError'));
    }
}

/** Whether a page is here in this size. @param {number} paper @param {number} n @param {PageSize} size */
export async function isHere(paper, n, size) {
    const url = pageAddress(paper, n, size);
    if (memory.has(url)) return true;
    try {
        return Boolean(await (await caches.open(CACHE)).match(url));
    } catch {
        return false;
    }
}

/** Ends what is fetched ahead, also what is on its way: the line is needed. */
export function stopAhead() {
    for (const one of wanted.values()) {
        if (!one.ahead) continue;
        wanted.delete(one.url);
        one.stop?.abort();
        one.fail(new DOMException('the line is needed', 'AbortError'));
    }
}

/** A page is turned, or somebody draws: on a thin line what nobody looks at yet waits until that is over. What has come of it stays. */
export function yieldLine() {
    if (!isThin()) return;
    stillUntil = performance.now() + STILL_MS;
    for (const one of wanted.values()) {
        if (one.ahead) one.stop?.abort();
    }
    clearTimeout(waker);
    waker = setTimeout(run, STILL_MS);
}

/** Until a thin line is nobody's any more: see `yieldLine`. */
export async function lineIsFree() {
    for (let rest = stillUntil - performance.now(); rest > 0; rest = stillUntil - performance.now()) {
        await new Promise((over) => { setTimeout(over, rest); });
    }
}

/** @param {string} url @returns {Promise<Blob|null>} */
async function kept(url) {
    const here = memory.get(url);
    if (here) return here;
    try {
        const answer = await (await caches.open(CACHE)).match(url);
        return answer ? await answer.blob() : null;
    } catch {
        return null;
    }
}

/** @param {string} url @param {Blob} blob */
async function keep(url, blob) {
    memory.set(url, blob);
    for (const oldest of memory.keys()) {
        if (memory.size <= MEMORY_LIMIT) break;
        memory.delete(oldest);
    }
    try {
        await (await caches.open(CACHE)).put(url, new Response(blob, { headers: { 'content-type': blob.type } }));
        memory.delete(url);
    } catch {
        // No storage, or none left: it stays in memory.
    }
}

/** Starts what may run now: what is looked at before what is ahead, and never two at once on a thin line. */
function run() {
    const all = [...wanted.values()];
    const first = all.find((one) => !one.ahead && !one.stop);
    const isBusy = running > 0;
    if (first && isBusy && isThin()) {
        // The page that somebody looks at goes before one that is fetched ahead; what has come of that stays.
        all.find((one) => one.ahead && one.stop)?.stop?.abort();
        return;
    }
    const mayGoAhead = !isBusy && performance.now() >= stillUntil;
    const next = first ?? (mayGoAhead ? all.find((one) => !one.stop) : undefined);
    if (next) void load(next);
}

/** @param {Wanted} one */
async function load(one) {
    running += 1;
    one.stop = new AbortController();
    let pause = 0;
    try {
        await receive(one, one.stop.signal);
        const blob = new Blob(/** @type {BlobPart[]} */ (one.bytes), { type: one.type });
        await keep(one.url, blob);
        wanted.delete(one.url);
        one.done(blob);
    } catch (error) {
        if (error instanceof Refused) {
            wanted.delete(one.url);
            one.fail(error);
        } else if (!one.stop.signal.aborted) {
            pause = RETRY_MS;
        }
    }
    if (pause) await new Promise((over) => { setTimeout(over, pause); });
    one.stop = null;
    running -= 1;
    run();
}

class Refused extends Error {}

/** Asks for the rest of a page (RFC 9110 §14.2), as fast as the line allows. @param {Wanted} one @param {AbortSignal} signal */
async function receive(one, signal) {
    figures.requests += 1;
    const query = isThin() || (way.isGentle && one.ahead) ? `?pace=${pace(one.ahead)}` : '';
    const headers = { ...way.headers(), ...(one.length ? { range: `bytes=${one.length}-` } : {}) };
    const answer = await fetch(one.url + query, {
        headers, signal, cache: 'no-store', credentials: 'same-origin', .../** @type {any} */ ({ priority: one.ahead ? 'low' : 'auto' }),
    });
    if (answer.status === 416) {
        // All of it had come when the line was cut, or it is another page by now.
        one.bytes = [];
        one.length = 0;
        throw new Error('416');
    }
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Refused(String(answer.status));
    if (!answer.ok || !answer.body) throw new Error(String(answer.status));
    if (answer.status !== 206) {
        one.bytes = [];
        one.length = 0;
    }
    one.type = answer.headers.get('content-type') ?? one.type;
    const reader = answer.body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        one.bytes.push(value);
        one.length += value.length;
        figures.bytes += value.length;
    }
}

/** Bytes a second that the server is asked for. @param {boolean} ahead */
function pace(ahead) {
    const spare = way.line()?.spare;
    if (spare === undefined) return CAREFUL;
    const when = ahead ? 'ahead' : 'now';
    return Math.round(Math.min(MOST[when], Math.max(LEAST[when], spare * 125 * SHARE)));
}
