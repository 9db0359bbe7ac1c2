// Pages of the papers of coming meetings, fetched before they begin, so that turning them later costs a thin line nothing.
//
// Gently: one page at a time, at a part of what the line bears, so that the voices of a call that begins on it meanwhile
// have room; and none while this browser or another of the same site is in a call.
import { isHere, pageImage, setWay, stopAhead, THIN_KBPS, WIDE_KBPS } from './page-store.js';

/** @typedef {import('./page-store.js').PageSize} PageSize */
/** @typedef {{papers: {id: number, pages: number}[], down: number|null, wait: number|null}} Coming */

/** How often the server is asked while pages come: whether a call has begun since. */
const ASK_MS = 30_000;
/** How often when everything is here. */
const DONE_MS = 10 * 60_000;
const RETRY_MS = 60_000;
const BUSY_MS = 5000;
/** Held by whoever is in a call in this browser, and by the one tab that fetches. */
const CALL_LOCK = 'giaoban-call';
const AHEAD_LOCK = 'giaoban-papers-ahead';
/** The part of a line that pages take at night: there may be others on it. */
const SHARE = 0.3;

/** Whether this browser is in a call, in any of its tabs. */
export async function isInCall() {
    if (!navigator.locks) return false;
    const { held } = await navigator.locks.query();
    return (held ?? []).some((lock) => lock.name === CALL_LOCK);
}

/** Says to other tabs that this one is in a call, until the returned function is called. */
export function holdCall() {
    /** @type {() => void} */
    let release = () => {};
    void navigator.locks?.request(CALL_LOCK, { mode: 'shared' }, () => new Promise((resolve) => { release = () => resolve(undefined); }));
    return () => release();
}

/** The sizes that suit a line, the first first: a thin one gets small pages, then what its night bears. @param {number|null} down kbit/s @returns {PageSize[]} */
export function sizesFor(down) {
    if (down === null) return ['m'];
    if (down < THIN_KBPS) return ['s', 'm'];
    return down < WIDE_KBPS ? ['m'] : ['m', 'l'];
}

/** Events: `progress`, whenever a page has come. */
export class Prefetch extends EventTarget {
    /** Pages that are here, of those that are to come. */
    here = 0;
    all = 0;
    #stopped = false;
    /** @type {(() => void)|null} */
    #hurry = null;

    /**
     * @param {{ask: () => Promise<Coming>, isBusy?: () => boolean}} way `isBusy`: a call of this page's own
     */
    constructor({ ask, isBusy = () => false }) {
        super();
        this.ask = ask;
        this.isBusy = isBusy;
    }

    /** In one tab of this browser: the first that asks. */
    start() {
        if (navigator.locks) void navigator.locks.request(AHEAD_LOCK, () => this.#run());
        else void this.#run();
    }

    stop() {
        this.#stopped = true;
        this.pause();
    }

    /** A call begins: what is on its way is left where it is. */
    pause() {
        stopAhead();
        this.#hurry?.();
    }

    async #run() {
        while (!this.#stopped) {
            let pause = BUSY_MS;
            if (!(await this.#mustWait())) {
                try {
                    const coming = await this.ask();
                    pause = coming.wait ? coming.wait * 1000 : await this.#fetch(coming);
                } catch {
                    pause = RETRY_MS;
                }
            }
            if (!this.#stopped) await this.#rest(pause);
        }
    }

    async #mustWait() {
        return this.isBusy() || await isInCall();
    }

    /** @param {Coming} coming @returns {Promise<number>} ms until the server is asked again */
    async #fetch(coming) {
        const asked = performance.now();
        const down = coming.down ?? undefined;
        setWay({ line: () => (down === undefined ? null : { down, spare: down * SHARE }), isGentle: true });
        /** @type {{paper: number, n: number, size: PageSize}[]} */
        const missing = [];
        this.all = coming.papers.reduce((sum, paper) => sum + paper.pages, 0);
        this.here = 0;
        const [first, ...larger] = sizesFor(coming.down);
        for (const size of [first, ...larger]) {
            for (const { id, pages } of coming.papers) {
                for (let n = 1; n <= pages; n += 1) {
                    const there = await isHere(id, n, size);
                    if (there && size === first) this.here += 1;
                    if (!there) missing.push({ paper: id, n, size });
                }
            }
        }
        this.dispatchEvent(new Event('progress'));
        for (const { paper, n, size } of missing) {
            if (this.#stopped || performance.now() - asked > ASK_MS) return 0;
            if (await this.#mustWait()) return BUSY_MS;
            try {
                await pageImage(paper, n, size, { ahead: true });
            } catch (error) {
                // Withdrawn since, or a call has begun: the server is asked anew.
                return error instanceof DOMException ? BUSY_MS : RETRY_MS;
            }
            if (size === first) this.here += 1;
            this.dispatchEvent(new Event('progress'));
        }
        return DONE_MS * (0.75 + Math.random() / 2);
    }

    /** @param {number} pause ms */
    #rest(pause) {
        return new Promise((resolve) => {
            const done = () => {
                clearTimeout(timer);
                this.#hurry = null;
                resolve(undefined);
            };
            const timer = setTimeout(done, pause);
            this.#hurry = done;
        });
    }
}
