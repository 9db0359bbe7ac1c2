// Papers joined to the call page: the viewer beside the pictures, pages fetched before they are turned to, and the offer
// of an agenda item's papers when it begins.
import { byId, h, icon } from '../dom.js';
import { onLanguage, t } from '../i18n.js';
import { figures, forgetAhead, isThin, lineIsFree, pageImage, setWay, sizeByLine, yieldLine } from './page-store.js';
import { Viewer } from './viewer.js';

/** @typedef {import('./sheet.js').PageInfo} PageInfo */

/** Pages after the one that is looked at, and before it. */
const AHEAD = [1, 2, -1, 3, 4, 5];
/** A page with much in it has so many letters at most; more would not be read aloud. */
const WORDS_LIMIT = 20_000;
const ASK_AGAIN_MS = 5000;

export class PapersInCall {
    /** What the server has told of papers' pages. @type {Map<number, PageInfo[]>} */
    #info = new Map();
    /** @type {Set<number>} */
    #asked = new Set();
    #paper = 0;
    #ahead = '';
    #item = 0;
    #wasThin = false;

    /**
     * @param {import('../conduct.js').Conduct} conduct
     * @param {{line: () => {down?: number, spare?: number}|null, openTab: () => void, changed: () => void, viewer: () => string}} call
     */
    constructor(conduct, call) {
        this.conduct = conduct;
        this.call = call;
        const token = new URLSearchParams(location.search).get('token') ?? '';
        this.headers = () => ({ authorization: `Bearer ${token}` });
        setWay({ headers: this.headers, line: call.line });
        this.viewer = new Viewer({
            conduct, info: (paper) => this.#pagesOf(paper), text: (paper, page) => this.#text(paper, page),
            ahead: (paper, page, pages) => void this.#fetchAhead(paper, page, pages), choose: call.openTab, changed: call.changed, viewer: call.viewer,
        });
        conduct.addEventListener('ink', yieldLine);
        byId('call-body').prepend(this.viewer.root);
        this.offer = h('div', { class: 'paper-offer', role: 'status', hidden: true });
        byId('call-body').append(this.offer);
        onLanguage(() => this.draw());
    }

    get figures() {
        return { ...figures };
    }

    draw() {
        const { viewer, conduct } = this;
        const isThin_ = isThin();
        if (isThin_ !== this.#wasThin) {
            this.#wasThin = isThin_;
            conduct.tell({ type: 'pace', thin: isThin_ });
        }
        viewer.draw();
        const isOpen = viewer.isOpen;
        if (document.body.classList.contains('paper-open') !== isOpen) {
            document.body.classList.toggle('paper-open', isOpen);
            this.call.changed();
        }
        this.#drawOffer();
    }

    /** The socket is new: it knows nothing of the line. */
    tellAgain() {
        this.#wasThin = false;
    }

    /** @param {number} paper @returns {PageInfo[]} */
    #pagesOf(paper) {
        const known = this.#info.get(paper);
        if (known) return known;
        if (!this.#asked.has(paper)) void this.#ask(paper);
        return [];
    }

    /** @param {number} paper */
    async #ask(paper) {
        this.#asked.add(paper);
        try {
            const answer = await fetch(`/api/papers/${paper}/pages`, { headers: this.headers() });
            if (!answer.ok) throw new Error(String(answer.status));
            const { pages } = await answer.json();
            this.#info.set(paper, pages ?? []);
            this.viewer.draw();
        } catch {
            setTimeout(() => this.#asked.delete(paper), ASK_AGAIN_MS);
        }
    }

    /** @param {number} paper @param {number} page */
    async #text(paper, page) {
        await lineIsFree();
        if (this.viewer.root.dataset.at !== `${paper}/${page}`) return '';
        const answer = await fetch(`/api/papers/${paper}/pages/${page}/text`, { headers: this.headers(), .../** @type {any} */ ({ priority: 'low' }) });
        return answer.ok ? (await answer.text()).slice(0, WORDS_LIMIT) : '';
    }

    /** The pages that will be turned to next, one after the other. @param {number} paper @param {number} page @param {number} pages */
    async #fetchAhead(paper, page, pages) {
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

    /** An item begins that has papers: whoever presents may show one at once. */
    #drawOffer() {
        const { conduct } = this;
        const item = (conduct.get('agenda') ?? []).find((/** @type {any} */ { since }) => since);
        if ((item?.id ?? 0) === this.#item) return;
        this.#item = item?.id ?? 0;
        const found = (conduct.get('papers') ?? []).filter((/** @type {any} */ paper) => item && paper.item === item.id && paper.pages > 0);
        this.offer.hidden = found.length === 0 || !conduct.you.presents;
        if (this.offer.hidden) return;
        this.offer.replaceChildren(
            h('strong', { text: t('papers.offer', { title: item.title }) }),
            ...found.slice(0, 4).map((/** @type {any} */ { id, title }) => h('button', {
                type: 'button', class: 'paper-act', click: () => { this.offer.hidden = true; void conduct.act('paper.show', { paper: id, page: 1 }); },
            }, icon('papers'), h('span', { text: t('papers.offer.show', { title }) }))),
            h('button', { type: 'button', class: 'bare', 'aria-label': t('close'), title: t('close'), click: () => { this.offer.hidden = true; } }, icon('close')));
    }
}
