// Papers joined to the call page: the viewer beside the pictures, pages fetched before they are turned to, and the offer
// of an agenda item's papers when it begins.
import { byId, h, icon } from '../dom.js';
import { onLanguage, t } from '../i18n.js';
import { figures, isThin, setWay, yieldLine } from './page-store.js';
import { PaperPages } from './paper-pages.js';
import { ReadingReport } from './reading-report.js';
import { Viewer } from './viewer.js';

/** What was read is told about so late, in milliseconds: a page that is turned is on hundreds of screens in the same second. */
const GATHER_MS = 20_000;

export class PapersInCall {
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
        this.pages = new PaperPages(this.headers, () => this.viewer.draw());
        this.report = new ReadingReport((paper, pages, isLast) => this.#tellRead(paper, pages, isLast), GATHER_MS);
        this.viewer = new Viewer({
            conduct, info: (paper) => this.pages.of(paper), text: (paper, page) => this.pages.text(paper, page),
            turned: (paper, page, pages) => this.#turned(paper, page, pages), choose: call.openTab, changed: call.changed, viewer: call.viewer,
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

    /** @param {number} paper @param {number} page @param {number} pages */
    #turned(paper, page, pages) {
        this.report.look(paper, page);
        void this.pages.fetchAhead(paper, page, pages);
    }

    /** @param {number} paper @param {number[]} pages @param {boolean} isLast */
    async #tellRead(paper, pages, isLast) {
        await fetch(`/api/papers/${paper}/read`, {
            method: 'POST', headers: { ...this.headers(), 'content-type': 'application/json' }, body: JSON.stringify({ pages }),
            keepalive: isLast, .../** @type {any} */ ({ priority: 'low' }),
        });
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
