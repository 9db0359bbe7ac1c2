// The paper that everybody sees, in step with the presenter, or on one's own.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { PresenterBar } from './presenter-bar.js';
import { Reader } from './reader.js';

/** @typedef {import('./reader.js').Place} Place */
/**
 * @typedef {{
 *     conduct: import('../conduct.js').Conduct, info: (paper: number) => import('./sheet.js').PageInfo[],
 *     text: (paper: number, page: number) => Promise<string>, turned: (paper: number, page: number, pages: number) => void,
 *     choose: () => void, changed: () => void, viewer: () => string
 * }} Ways see `ReaderWays`; `viewer`: the name with which somebody is in the call
 */

/** The part of a page that the presenter looks at is told ten times a second at most, and again while it rests. */
const TELL_MS = 100;
const REST_MS = 2500;

export class Viewer extends Reader {
    /** Whether pages are turned for everybody though somebody else presents. */
    #took = false;
    #presenter = '';
    #said = '';
    /** @type {number|undefined} */
    #telling;

    /** @param {Ways} ways */
    constructor(ways) {
        super({ ...ways, name: (paper) => this.#offer(paper)?.title ?? '' });
        this.call = ways;
        this.who = h('span', { class: 'reader-by' });
        this.words.append(this.who);
        this.follow = h('button', { type: 'button', class: 'paper-follow', click: () => this.#toggleOwn() });
        this.shut = this.button('papers.close', 'close', () => { this.own = null; this.draw(); ways.changed(); });
        this.head.append(this.follow, this.shut);
        this.news = h('span', { class: 'visually-hidden', role: 'status' });
        this.bar = new PresenterBar(this, ways.conduct, ways.choose);
        this.root.id = 'papers';
        this.root.hidden = true;
        this.root.append(this.bar.element, this.news);
        ways.conduct.addEventListener('ink', (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
        this.sheet.moved = () => this.#tellPlace();
        // Whoever comes later looks at the same part.
        setInterval(() => { if (this.sheet.top > 0) this.#tellPlace(); }, REST_MS);
    }

    /** @param {any} ink */
    #take(ink) {
        if (ink.tool !== 'view') this.sheet.ink.take(ink);
        else if (!this.own && !this.controls && this.root.dataset.at === `${ink.paper}/${ink.page}` && ink.points?.length === 2) this.sheet.moveTo(ink.points[1]);
    }

    /** All look at the part of the page at which the presenter looks. */
    #tellPlace() {
        this.#telling ??= setTimeout(() => {
            this.#telling = undefined;
            const { shown } = this;
            if (shown && this.controls && this.root.dataset.at === `${shown.paper}/${shown.page}`) {
                this.call.conduct.tell({ type: 'ink', paper: shown.paper, page: shown.page, tool: 'view', points: [0, this.sheet.top] });
            }
        }, TELL_MS);
    }

    /** What everybody is shown. @returns {{paper: number, page: number, pages: number, presenter: string}|null} */
    get shown() {
        return this.call.conduct.get('paper') ?? null;
    }

    /** Where this page looks. @returns {Place|null} */
    get place() {
        return this.own ?? this.shown;
    }

    /** Whether turning a page turns it for everybody. */
    get controls() {
        const { conduct } = this.call;
        return Boolean(this.shown && !this.own && conduct.you.presents && (this.#took || this.shown.presenter === conduct.you.seat));
    }

    get pages() {
        const place = this.place;
        if (!place) return 0;
        return place.paper === this.shown?.paper ? this.shown.pages : this.#offer(place.paper)?.pages ?? 0;
    }

    /** @param {number} paper @returns {{id: number, title: string, item?: number, pages: number}|undefined} */
    #offer(paper) {
        return (this.call.conduct.get('papers') ?? []).find((/** @type {any} */ { id }) => id === paper);
    }

    /** Turns pages for everybody from now on, though somebody else was asked to present. */
    take() {
        this.#took = true;
        this.own = null;
        this.draw();
    }

    /** @param {number} step */
    turn(step) {
        const from = this.place?.page ?? 1;
        this.go(this.controls ? this.#going() + step : from + step);
    }

    /** The page that the presenter has turned to, though the server has not said so yet. */
    #going() {
        return this.call.conduct.going('paper.turn')?.page ?? this.shown?.page ?? 1;
    }

    /** @param {number} page */
    go(page) {
        const { place } = this;
        const to = this.within(page);
        if (!place || (to === place.page && to === this.#going())) return;
        if (this.controls) {
            void this.call.conduct.act('paper.turn', { page: to });
            // The own screen does not wait for the way there and back.
            void this.present({ paper: place.paper, page: to });
            return;
        }
        this.look(place.paper, to);
    }

    #toggleOwn() {
        this.own = this.own ? null : this.shown && { paper: this.shown.paper, page: this.shown.page };
        this.draw();
        this.ways.changed();
    }

    get #name() {
        return this.call.conduct.get('presenter')?.name ?? '';
    }

    draw() {
        const { conduct } = this.call;
        const { shown } = this;
        if ((shown?.presenter ?? '') !== this.#presenter) {
            this.#presenter = shown?.presenter ?? '';
            this.#took = false;
        }
        // Whoever looks at the very page that everybody sees is in step again only by their own word.
        const place = this.place;
        this.root.hidden = !place;
        if (!place) return;
        this.root.setAttribute('aria-label', t('papers.label'));
        void this.present(this.controls ? { paper: place.paper, page: this.#going() } : place);
        this.sheet.ink.setMarks(conduct.list('mark'));
        this.sheet.mark([this.call.viewer(), conduct.you.name ?? '', conduct.you.unit ?? '']);
        this.bar.draw();
        this.drawHead();
        this.#drawState(place);
    }

    /** @param {Place} place */
    #drawState(place) {
        const { shown } = this;
        this.follow.hidden = !shown || (this.controls && !this.own);
        const words = this.own ? t('papers.follow') : t('papers.own');
        if (this.follow.textContent !== words) this.follow.textContent = words;
        this.follow.dataset.tone = this.own ? 'own' : '';
        this.shut.hidden = Boolean(shown);
        const who = !shown ? t('papers.alone') : this.own ? t('papers.follow.page', { page: shown.page, name: this.#name }) : t('papers.who', { name: this.#name });
        this.who.hidden = !this.bar.element.hidden && !this.own;
        if (this.who.textContent !== who) this.who.textContent = who;
        const title = this.#offer(place.paper)?.title ?? '';
        const said = shown && !this.own ? t('papers.said', { title, page: shown.page, pages: shown.pages }) : '';
        if (said !== this.#said) this.news.textContent = this.#said = said;
    }
}
