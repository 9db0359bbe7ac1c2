// What the server tells of papers' pages: their forms and their words, and those that will be turned to next, fetched before.
import { forgetAhead, lineIsFree, pageImage, sizeByLine } from './page-store.js';

/** @typedef {import('./sheet.js').PageInfo} PageInfo */

/** Pages after the one that is looked at, and before it. */
const AHEAD = [1, 2, -1, 3, 4, 5];
/** A page with much in it has so many letters at most; more would not be read aloud. */
const WORDS_LIMIT = 20_000;
const ASK_AGAIN_MS = 5000;

export class PaperPages {
    /** @type {Map<number, PageInfo[]>} */
    #info = new Map();
    /** @type {Set<number>} */
    #asked = new Set();
    #paper = 0;
    #ahead = '';
    /** The page whose words were asked for last. */
    #words = '';

    /** @param {() => Record<string, string>} headers what says who asks @param {() => void} came more of it is known */
    constructor(headers, came) {
        this.headers = headers;
        this.came = came;
    }

    /** What is known of a paper's pages; what is not is asked for. @param {number} paper @returns {PageInfo[]} */
    of(paper) {
        const known = this.#info.get(paper);
        if (known) return known;
        if (!this.#asked.has(paper)) void this.#ask(paper);
        return [];
    }

    /** @param {number} paper @param {PageInfo[]} pages */
    know(paper, pages) {
        this.#info.set(paper, pages);
    }

    /** @param {number} paper */
    async #ask(paper) {
        this.#asked.add(paper);
        try {
            const answer = await fetch(`/api/papers/${paper}/pages`, { headers: this.headers() });
            if (!answer.ok) throw new Error(String(answer.status));
            const { pages } = await answer.json();
            this.know(paper, pages ?? []);
            this.came();
        } catch {
            setTimeout(() => this.#asked.delete(paper), ASK_AGAIN_MS);
        }
    }

    /** Nothing of a page that is not the last asked for any more. @param {number} paper @param {number} page */
    async text(paper, page) {
        const at = `${paper}/${page}`;
        this.#words = at;
        await lineIsFree();
        if (this.#words !== at) return '';
        const answer = await fetch(`/api/papers/${paper}/pages/${page}/text`, { headers: this.headers(), .../** @type {any} */ ({ priority: 'low' }) });
        return answer.ok ? (await answer.text()).slice(0, WORDS_LIMIT) : '';
    }

    /** The pages around one, one after the other. @param {number} paper @param {number} page @param {number} pages */
    async fetchAhead(paper, page, pages) {
        if (paper !== this.#paper) forgetAhead();
        this.#paper = paper;
        const here = `${paper}/${page}`;
        if (this.#ahead === here) return;
        this.#ahead = here;
        for (const step of AHEAD) {
            const n = page + step;
            if (n < 1 || n > pages) continue;
            if (this.#ahead !== here) return;
            await pageImage(paper, n, sizeByLine(), { ahead: true }).catch(() => null);
        }
    }
}
