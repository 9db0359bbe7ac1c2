// The paper that everybody sees, large, with the way through its pages: in step with the presenter, or on one's own.
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { yieldLine } from './page-store.js';
import { PresenterBar } from './presenter-bar.js';
import { Sheet } from './sheet.js';
import { Thumbnails } from './thumbnails.js';

/** @typedef {{paper: number, page: number}} Place */
/** @typedef {import('./sheet.js').PageInfo} PageInfo */
/**
 * @typedef {{
 *     conduct: import('../conduct.js').Conduct, info: (paper: number) => PageInfo[], text: (paper: number, page: number) => Promise<string>,
 *     ahead: (paper: number, page: number, pages: number) => void, choose: () => void, changed: () => void, viewer: () => string
 * }} Ways `viewer`: the name with which somebody is in the call; `info`: what is known of a paper's pages; `ahead`: a page has been turned to
 */

const ZOOMS = /** @type {import('./sheet.js').Zoom[]} */ (['page', 'width', 'double']);
/** The part of a page that the presenter looks at is told ten times a second at most, and again while it rests. */
const TELL_MS = 100;
const REST_MS = 2500;
const ZOOM_SIGNS = { page: 'fitpage', width: 'fitwidth', double: 'zoomin' };

export class Viewer {
    /** Where the viewer looks by itself; null: with the presenter. @type {Place|null} */
    own = null;
    /** Whether pages are turned for everybody though somebody else presents. */
    #took = false;
    #presenter = '';
    #said = '';
    /** @type {number|undefined} */
    #telling;

    /** @param {Ways} ways */
    constructor(ways) {
        this.ways = ways;
        this.sheet = new Sheet(ways.text);
        this.thumbnails = new Thumbnails((page) => this.go(page));
        this.title = h('h2', { class: 'paper-title' });
        this.who = h('span', { class: 'paper-by' });
        this.previous = this.#button('papers.previous', 'left', () => this.turn(-1), 'PageUp');
        this.next = this.#button('papers.next', 'right', () => this.turn(1), 'PageDown');
        this.number = h('span', { class: 'paper-number' });
        this.list = this.#button('papers.list', 'pages', () => this.#toggleList());
        this.zooms = ZOOMS.map((zoom) => this.#button(`papers.zoom.${zoom}`, ZOOM_SIGNS[zoom], () => { this.sheet.setZoom(zoom); this.draw(); }));
        this.follow = h('button', { type: 'button', class: 'paper-follow', click: () => this.#toggleOwn() });
        this.shut = this.#button('papers.close', 'close', () => { this.own = null; this.draw(); ways.changed(); });
        this.news = h('span', { class: 'visually-hidden', role: 'status' });
        this.bar = new PresenterBar(this, ways.conduct, ways.choose);
        this.root = h('section', { class: 'papers', id: 'papers', hidden: true },
            h('header', { class: 'paper-head' }, this.list, h('span', { class: 'paper-words' }, this.title, this.who), h('span', { class: 'paper-turns' }, this.previous, this.number, this.next),
                h('span', { class: 'paper-zooms', role: 'group' }, ...this.zooms), this.follow, this.shut),
            h('div', { class: 'paper-body' }, this.thumbnails.element, this.sheet.element), this.bar.element, this.news);
        ways.conduct.addEventListener('ink', (event) => this.#take(/** @type {CustomEvent} */ (event).detail));
        this.sheet.moved = () => this.#tellPlace();
        // Whoever comes later looks at the same part.
        setInterval(() => { if (this.sheet.top > 0) this.#tellPlace(); }, REST_MS);
    }

    /** @param {string} key @param {string} sign @param {() => void} run @param {string} [shortcut] */
    #button(key, sign, run, shortcut) {
        const button = h('button', { type: 'button', class: 'bare', click: run, 'aria-keyshortcuts': shortcut }, icon(sign));
        button.dataset.words = key;
        return button;
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
                this.ways.conduct.tell({ type: 'ink', paper: shown.paper, page: shown.page, tool: 'view', points: [0, this.sheet.top] });
            }
        }, TELL_MS);
    }

    /** What everybody is shown. @returns {{paper: number, page: number, pages: number, presenter: string}|null} */
    get shown() {
        return this.ways.conduct.get('paper') ?? null;
    }

    /** Where this page looks. @returns {Place|null} */
    get place() {
        return this.own ?? this.shown;
    }

    get isOpen() {
        return this.place !== null;
    }

    /** Whether turning a page turns it for everybody. */
    get controls() {
        const { conduct } = this.ways;
        return Boolean(this.shown && !this.own && conduct.you.presents && (this.#took || this.shown.presenter === conduct.you.seat));
    }

    get pages() {
        const place = this.place;
        if (!place) return 0;
        return place.paper === this.shown?.paper ? this.shown.pages : this.#offer(place.paper)?.pages ?? 0;
    }

    /** @param {number} paper @returns {{id: number, title: string, item?: number, pages: number}|undefined} */
    #offer(paper) {
        return (this.ways.conduct.get('papers') ?? []).find((/** @type {any} */ { id }) => id === paper);
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
        return this.ways.conduct.going('paper.turn')?.page ?? this.shown?.page ?? 1;
    }

    /** @param {number} page */
    go(page) {
        const place = this.place;
        const to = Math.min(Math.max(1, page), this.pages);
        if (!place || (to === place.page && to === this.#going())) return;
        if (this.controls) {
            void this.ways.conduct.act('paper.turn', { page: to });
            // The own screen does not wait for the way there and back.
            void this.#present({ paper: place.paper, page: to });
            return;
        }
        this.look(place.paper, to);
    }

    /** Looks at a page on one's own. @param {number} paper @param {number} [page] */
    look(paper, page = 1) {
        this.own = { paper, page };
        this.draw();
        this.ways.changed();
    }

    #toggleOwn() {
        this.own = this.own ? null : this.shown && { paper: this.shown.paper, page: this.shown.page };
        this.draw();
        this.ways.changed();
    }

    #toggleList() {
        this.thumbnails.toggle();
        this.draw();
    }

    get #name() {
        return this.ways.conduct.get('presenter')?.name ?? '';
    }

    draw() {
        const { conduct } = this.ways;
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
        for (const one of this.root.querySelectorAll('[data-words]')) {
            const words = t(/** @type {HTMLElement} */ (one).dataset.words ?? '');
            one.setAttribute('aria-label', words);
            one.setAttribute('title', words);
        }
        void this.#present(this.controls ? { paper: place.paper, page: this.#going() } : place);
        this.sheet.ink.setMarks(conduct.list('mark'));
        this.sheet.mark([this.ways.viewer(), conduct.you.name ?? '', conduct.you.unit ?? '']);
        this.bar.draw();
        this.#drawHead(place);
    }

    /** @param {Place} place */
    #drawHead(place) {
        const { shown } = this;
        ZOOMS.forEach((zoom, index) => this.zooms[index]?.setAttribute('aria-pressed', String(this.sheet.zoom === zoom)));
        this.list.setAttribute('aria-pressed', String(this.thumbnails.isOpen));
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

    /** @param {Place} place */
    async #present({ paper, page }) {
        const title = this.#offer(paper)?.title ?? '';
        const info = this.ways.info(paper);
        const { pages } = this;
        if (this.title.textContent !== title) this.title.textContent = this.title.title = title;
        this.number.textContent = t('papers.number', { page, pages });
        this.previous.disabled = page <= 1;
        this.next.disabled = page >= pages;
        const at = `${paper}/${page}`;
        if (this.root.dataset.at !== at) yieldLine();
        this.root.dataset.at = at;
        this.thumbnails.show(paper, page, pages, info);
        await this.sheet.show({ paper, page, title, info: info[page - 1] });
        this.ways.ahead(paper, page, pages);
    }

    /** Whether a key was for the pages. @param {string} key */
    key(key) {
        if (!this.isOpen) return false;
        if (key === 'Home') this.go(1);
        else if (key === 'End') this.go(this.pages);
        else this.turn(key === 'PageUp' || key === 'ArrowLeft' ? -1 : 1);
        return true;
    }
}
