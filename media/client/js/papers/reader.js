// A paper, large, with the way through its pages: on a page of its own, or in a call (viewer.js).
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { yieldLine } from './page-store.js';
import { Sheet } from './sheet.js';
import { Thumbnails } from './thumbnails.js';

/** @typedef {{paper: number, page: number}} Place */
/** @typedef {import('./sheet.js').PageInfo} PageInfo */
/**
 * @typedef {{
 *     info: (paper: number) => PageInfo[], text: (paper: number, page: number) => Promise<string>, name: (paper: number) => string,
 *     turned: (paper: number, page: number, pages: number) => void, changed: () => void
 * }} ReaderWays `info`: what is known of a paper's pages; `turned`: a page is on the screen; `changed`: another is looked at by choice
 */

const ZOOMS = /** @type {import('./sheet.js').Zoom[]} */ (['page', 'width', 'double']);
const ZOOM_SIGNS = { page: 'fitpage', width: 'fitwidth', double: 'zoomin' };

export class Reader {
    /** Where the reader looks by themselves. @type {Place|null} */
    own = null;

    /** @param {ReaderWays} ways @param {'h1'|'h2'} [heading] of the title */
    constructor(ways, heading = 'h2') {
        this.ways = ways;
        this.sheet = new Sheet(ways.text);
        this.thumbnails = new Thumbnails((page) => this.go(page));
        this.title = h(heading, { class: 'reader-title', tabindex: '-1' });
        this.words = h('span', { class: 'reader-words' }, this.title);
        this.previous = this.button('reader.previous', 'left', () => this.turn(-1), 'PageUp');
        this.next = this.button('reader.next', 'right', () => this.turn(1), 'PageDown');
        this.number = h('span', { class: 'reader-number' });
        this.list = this.button('reader.list', 'pages', () => this.#toggleList());
        this.zooms = ZOOMS.map((zoom) => this.button(`reader.zoom.${zoom}`, ZOOM_SIGNS[zoom], () => { this.sheet.setZoom(zoom); this.draw(); }));
        this.head = h('header', { class: 'reader-head' }, this.list, this.words, h('span', { class: 'reader-turns' }, this.previous, this.number, this.next),
            h('span', { class: 'reader-zooms', role: 'group' }, ...this.zooms));
        this.root = h('section', { class: 'reader' }, this.head, h('div', { class: 'reader-body' }, this.thumbnails.element, this.sheet.element));
    }

    /** @param {string} key @param {string} sign @param {() => void} run @param {string} [shortcut] */
    button(key, sign, run, shortcut) {
        const button = h('button', { type: 'button', class: 'bare', click: run, 'aria-keyshortcuts': shortcut }, icon(sign));
        button.dataset.words = key;
        return button;
    }

    /** Which page is on the screen. @returns {Place|null} */
    get place() {
        return this.own;
    }

    get pages() {
        return this.place ? this.ways.info(this.place.paper).length : 0;
    }

    get isOpen() {
        return this.place !== null;
    }

    /** @param {number} step */
    turn(step) {
        this.go((this.place?.page ?? 1) + step);
    }

    /** @param {number} page */
    go(page) {
        const { place } = this;
        const to = this.within(page);
        if (place && to !== place.page) this.look(place.paper, to);
    }

    /** @param {number} page */
    within(page) {
        return Math.min(Math.max(1, page), this.pages);
    }

    /** @param {number} paper @param {number} [page] */
    look(paper, page = 1) {
        this.own = { paper, page };
        this.draw();
        this.ways.changed();
    }

    /** Larger or smaller by a step. @param {1|-1} step */
    zoomBy(step) {
        const now = Math.max(0, ZOOMS.findIndex((zoom) => zoom === this.sheet.zoom));
        this.sheet.setZoom(ZOOMS[Math.min(Math.max(0, now + step), ZOOMS.length - 1)] ?? 'page');
        this.draw();
    }

    #toggleList() {
        this.thumbnails.toggle();
        this.draw();
    }

    draw() {
        const { place } = this;
        this.drawHead();
        if (place) void this.present(place);
    }

    drawHead() {
        for (const one of this.root.querySelectorAll('[data-words]')) {
            const words = t(/** @type {HTMLElement} */ (one).dataset.words ?? '');
            one.setAttribute('aria-label', words);
            one.setAttribute('title', words);
        }
        ZOOMS.forEach((zoom, index) => this.zooms[index]?.setAttribute('aria-pressed', String(this.sheet.zoom === zoom)));
        this.list.setAttribute('aria-pressed', String(this.thumbnails.isOpen));
    }

    /** @param {Place} place */
    async present({ paper, page }) {
        const title = this.ways.name(paper);
        const info = this.ways.info(paper);
        const { pages } = this;
        if (this.title.textContent !== title) this.title.textContent = this.title.title = title;
        this.number.textContent = t('reader.number', { page, pages });
        this.previous.disabled = page <= 1;
        this.next.disabled = page >= pages;
        const at = `${paper}/${page}`;
        if (this.root.dataset.at !== at) yieldLine();
        this.root.dataset.at = at;
        this.thumbnails.show(paper, page, pages, info);
        await this.sheet.show({ paper, page, title, info: info[page - 1] });
        this.ways.turned(paper, page, pages);
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
