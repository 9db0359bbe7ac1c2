// One page on the screen: its picture in the best size there is, what is drawn on it, whose copy it is, and its words for
// whoever reads with their ears.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { InkLayer } from './ink-layer.js';
import { isThin, pageAtHand, pageImage, sizeByLine } from './page-store.js';

/** @typedef {'auto'|'width'|'page'|'double'} Zoom `auto`: the whole page where its words can be read so, else as wide as they need */
/** @typedef {{n: number, width: number, height: number}} PageInfo in pixels of the largest picture */

const SVG = 'http://www.w3.org/2000/svg';
/** Pictures of pages that were looked at last stay decoded. */
const DECODED = 6;
const WIDTHS = { s: 640, m: 1280, l: 1920 };
/** A page of which nothing is known has the form of A4. */
const A4 = { width: 1000, height: 1414 };
const STEP = 0.5;
/** Pixels of width in which A4's words can be read. */
const READABLE = 940;

export class Sheet {
    /** @type {Zoom} */
    zoom = 'auto';
    /** Told of the upper edge of what is seen, in ten-thousandths of the page's height. */
    moved = (/** @type {number} */ _top) => {};
    #paper = 0;
    #page = 0;
    #title = '';
    /** @type {PageInfo|undefined} */
    #info;
    #shownSize = '';
    /** Addresses of decoded pictures, by page and size. @type {Map<string, string>} */
    #addresses = new Map();
    #turn = 0;
    #copy = '';

    /** @param {(paper: number, page: number) => Promise<string>} text of a page */
    constructor(text) {
        this.text = text;
        this.ink = new InkLayer();
        this.image = h('img', { class: 'sheet-image', alt: '', draggable: 'false', decoding: 'async' });
        this.waiting = h('p', { class: 'sheet-waiting', role: 'status', hidden: true });
        this.copy = document.createElementNS(SVG, 'svg');
        this.copy.setAttribute('class', 'sheet-copy');
        this.copy.setAttribute('aria-hidden', 'true');
        this.page = h('div', { class: 'page-sheet' }, this.image, this.copy, this.ink.element, this.ink.pointer, this.waiting);
        this.words = h('div', { class: 'visually-hidden', id: 'paper-words' });
        // It scrolls, so that it must be reached by the keyboard (WCAG 2.1.1).
        this.element = h('div', { class: 'page-scroll', tabindex: '0', role: 'region', 'aria-describedby': 'paper-words' }, this.page, this.words);
        new ResizeObserver(() => this.#fit()).observe(this.element);
        this.element.addEventListener('scroll', () => this.moved(this.top), { passive: true });
        this.element.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
        this.#dragging();
    }

    /** Whose copy it is: it stands across every page. @param {string[]} names of who looks, their seat and their unit */
    mark(names) {
        const text = names.filter((one, index, all) => one && all.indexOf(one) === index).join(' · ');
        if (text === this.#copy) return;
        this.#copy = text;
        const make = (/** @type {string} */ tag, /** @type {Record<string, string>} */ attributes) => {
            const element = document.createElementNS(SVG, tag);
            for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
            return element;
        };
        const width = Math.max(260, text.length * 8.5 + 60);
        const pattern = make('pattern', { id: 'sheet-copy', width: String(width), height: '150', patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(-24)' });
        const words = make('text', { x: '20', y: '80' });
        words.textContent = text;
        pattern.append(words);
        this.copy.replaceChildren(pattern, make('rect', { width: '100%', height: '100%', fill: 'url(#sheet-copy)' }));
    }

    /** @param {{paper: number, page: number, title: string, info: PageInfo|undefined}} what */
    async show({ paper, page, title, info }) {
        const isTurn = paper !== this.#paper || page !== this.#page;
        if (!isTurn && info === this.#info) return;
        [this.#paper, this.#page, this.#title, this.#info] = [paper, page, title, info];
        this.ink.show(paper, page);
        this.#fit();
        if (!isTurn) return;
        const turn = this.#turn += 1;
        this.element.scrollTo(0, 0);
        this.element.setAttribute('aria-label', t('reader.page', { title, page }));
        this.page.dataset.shown = '';
        this.#shownSize = '';
        void this.#read(turn);
        const there = await pageAtHand(paper, page);
        if (turn !== this.#turn) return;
        if (there) this.#put(there.blob, there.size);
        else this.#wait();
        await this.#better(turn);
    }

    /** Fetches a larger picture than the one that is shown, where the line allows it. @param {number} turn */
    async #better(turn) {
        const order = ['', 's', 'm', 'l'];
        const [paper, page] = [this.#paper, this.#page];
        const aim = sizeByLine();
        // On a thin line first what can be read at all, then what is sharp.
        for (const size of /** @type {('s'|'m'|'l')[]} */ (isThin() ? ['s', 'm'] : this.zoom === 'double' ? ['l'] : [aim])) {
            if (order.indexOf(size) <= order.indexOf(this.#shownSize)) continue;
            try {
                const blob = await pageImage(paper, page, size, { ahead: this.#shownSize !== '' });
                if (turn !== this.#turn) return;
                if (order.indexOf(size) > order.indexOf(this.#shownSize)) this.#put(blob, size);
            } catch {
                if (turn === this.#turn && !this.#shownSize) this.#fail();
                return;
            }
        }
    }

    /** @param {Blob} blob @param {'s'|'m'|'l'} size */
    #put(blob, size) {
        const name = `${this.#paper}/${this.#page}/${size}`;
        const address = this.#addresses.get(name) ?? URL.createObjectURL(blob);
        this.#addresses.delete(name);
        this.#addresses.set(name, address);
        for (const [oldest, left] of this.#addresses) {
            if (this.#addresses.size <= DECODED) break;
            URL.revokeObjectURL(left);
            this.#addresses.delete(oldest);
        }
        const [paper, page] = [this.#paper, this.#page];
        const image = new Image();
        image.src = address;
        // Decoded first: a page that is half there is no page.
        void image.decode().catch(() => undefined).then(() => {
            if (paper !== this.#paper || page !== this.#page) return;
            if (!this.#info && image.naturalWidth) this.#info = { n: page, width: image.naturalWidth, height: image.naturalHeight };
            this.image.src = address;
            this.image.alt = t('reader.page', { title: this.#title, page });
            this.image.hidden = false;
            this.waiting.hidden = true;
            this.page.dataset.shown = `${paper}/${page}`;
            this.page.dataset.size = size;
            this.#fit();
        });
        this.#shownSize = size;
    }

    #wait() {
        this.image.hidden = true;
        this.waiting.hidden = false;
        this.waiting.textContent = t('reader.waiting', { page: this.#page });
    }

    #fail() {
        this.image.hidden = true;
        this.waiting.hidden = false;
        this.waiting.textContent = t('reader.unreadable');
    }

    /** @param {number} turn */
    async #read(turn) {
        this.words.textContent = '';
        // Words are few bytes, but on a thin line they wait for the page.
        const text = await this.text(this.#paper, this.#page).catch(() => '');
        if (turn === this.#turn) this.words.textContent = text;
    }

    /** @param {Zoom} zoom */
    setZoom(zoom) {
        this.zoom = zoom;
        this.#fit();
        if (this.#page) void this.#better(this.#turn);
    }

    #fit() {
        const { width = A4.width, height = A4.height } = this.#info ?? {};
        const room = { width: this.element.clientWidth - 8, height: this.element.clientHeight - 8 };
        if (room.width <= 0 || room.height <= 0) return;
        const whole = Math.min(room.width, room.height * width / height);
        const wide = this.zoom === 'page' ? whole : this.zoom === 'auto' ? Math.min(room.width, Math.max(whole, READABLE)) : this.zoom === 'width' ? room.width : 2 * Math.max(whole, Math.min(room.width, WIDTHS.m / 2));
        this.page.style.width = `${Math.floor(wide)}px`;
        this.page.style.height = `${Math.floor(wide * height / width)}px`;
        this.element.dataset.zoom = this.zoom;
    }

    get top() {
        return Math.round(Math.min(1, Math.max(0, this.element.scrollTop / Math.max(1, this.page.offsetHeight))) * 10_000);
    }

    /** @param {number} top see `moved` */
    moveTo(top) {
        this.element.scrollTo({ top: top / 10_000 * this.page.offsetHeight });
    }

    /** Arrows move what does not fit; else they turn pages. @param {KeyboardEvent} event */
    #key(event) {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = this.element;
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
        const [x = 0, y = 0] = by;
        if (x ? scrollWidth <= clientWidth : scrollHeight <= clientHeight) return;
        event.preventDefault();
        event.stopPropagation();
        this.element.scrollBy({ left: x * clientWidth * STEP, top: y * clientHeight * STEP });
    }

    /** The page is moved by hand where nothing is drawn. */
    #dragging() {
        /** @type {{x: number, y: number, left: number, top: number}|null} */
        let from = null;
        const { element } = this;
        element.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
            if (event.button !== 0 || event.pointerType === 'touch' || this.page.dataset.tool || event.defaultPrevented) return;
            if (element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight) return;
            from = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop };
            element.setPointerCapture(event.pointerId);
        });
        element.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => {
            if (from) element.scrollTo(from.left - event.clientX + from.x, from.top - event.clientY + from.y);
        });
        for (const name of ['pointerup', 'pointercancel']) element.addEventListener(name, () => { from = null; });
    }
}
