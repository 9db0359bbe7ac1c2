// Which pages have been looked at, told to the server: gathered, since in a call a page turns on hundreds of screens at once.

/** A page that is only leafed past has not been looked at. */
const LOOK_MS = 1000;
/** In one message. */
const PAGES_AT_ONCE = 200;

export class ReadingReport {
    /** Not told yet. @type {Map<number, Set<number>>} */
    #seen = new Map();
    /** @type {Set<string>} */
    #told = new Set();
    #at = '';
    /** @type {number|undefined} */
    #looking;
    /** @type {number|undefined} */
    #telling;
    #leaving = () => { if (document.visibilityState === 'hidden') void this.#tell(true); };

    /**
     * @param {(paper: number, pages: number[], isLast: boolean) => Promise<void>} send `isLast`: the page may be gone before it is answered
     * @param {number} gather how long pages are gathered, in milliseconds, about: not all screens tell at once
     */
    constructor(send, gather) {
        this.send = send;
        this.gather = gather;
        document.addEventListener('visibilitychange', this.#leaving);
    }

    /** A page is on the screen from now on. @param {number} paper @param {number} page */
    look(paper, page) {
        const at = `${paper}/${page}`;
        if (at === this.#at) return;
        this.#at = at;
        clearTimeout(this.#looking);
        if (this.#told.has(at)) return;
        this.#looking = setTimeout(() => {
            this.#told.add(at);
            this.#seen.set(paper, (this.#seen.get(paper) ?? new Set()).add(page));
            this.#soon();
        }, LOOK_MS);
    }

    /** Nothing is looked at any more. */
    stop() {
        clearTimeout(this.#looking);
        document.removeEventListener('visibilitychange', this.#leaving);
        void this.#tell(true);
    }

    #soon() {
        this.#telling ??= setTimeout(() => void this.#tell(false), this.gather * (0.5 + Math.random()));
    }

    /** @param {boolean} isLast */
    async #tell(isLast) {
        clearTimeout(this.#telling);
        this.#telling = undefined;
        for (const [paper, pages] of this.#seen) {
            const now = [...pages].slice(0, PAGES_AT_ONCE);
            for (const page of now) pages.delete(page);
            if (!pages.size) this.#seen.delete(paper);
            try {
                await this.send(paper, now, isLast);
            } catch {
                // The line is away: they are told with the next ones.
                this.#seen.set(paper, new Set([...now, ...(this.#seen.get(paper) ?? [])]));
                break;
            }
        }
        if (this.#seen.size && !isLast) this.#soon();
    }
}
