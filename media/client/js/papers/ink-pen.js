// The presenter's hand: pointing, drawing and erasing on the page, told to all while it moves.
import { bounded, simplified } from './strokes.js';

/** @typedef {''|'pointer'|'pen'|'highlight'|'erase'} Tool '': the page is moved and read */

/** Told together: twenty times a second at most. */
const TELL_MS = 50;
/** A pointer that rests is told again, so that it stays on all pages. */
const REST_MS = 2500;
/** Ten-thousandths of the page: nearer points say nothing. */
const STEP = 20;
/** Numbers in one message. */
const PART = 64;

export class InkPen {
    /** @type {Tool} */
    tool = '';
    colour = 0;
    #stroke = '';
    /** The page that the stroke was begun on. @type {{paper: number, page: number}|null} */
    #on = null;
    /** @type {number[]} */
    #points = [];
    /** How many of them have been told. */
    #told = 0;
    /** @type {number[]} */
    #pointing = [];
    /** @type {number|undefined} */
    #timer;
    #toldAt = 0;
    /** @type {Set<number>} */
    #erased = new Set();

    /**
     * @param {HTMLElement} page on which it draws
     * @param {import('./ink-layer.js').InkLayer} layer
     * @param {import('../conduct.js').Conduct} conduct
     * @param {() => {paper: number, page: number}|null} where the page that everybody sees; null: nothing may be drawn now
     */
    constructor(page, layer, conduct, where) {
        this.page = page;
        this.layer = layer;
        this.conduct = conduct;
        this.where = where;
        page.addEventListener('pointerdown', (event) => this.#down(event));
        page.addEventListener('pointermove', (event) => this.#move(event));
        for (const name of ['pointerup', 'pointercancel', 'lostpointercapture']) page.addEventListener(name, () => this.#up());
        page.addEventListener('pointerleave', () => this.#leave());
        setInterval(() => {
            if (this.#pointing.length && performance.now() - this.#toldAt > REST_MS) this.#tell();
        }, REST_MS / 2);
    }

    /** @param {Tool} tool */
    choose(tool) {
        this.#up();
        this.#leave();
        this.tool = tool;
        this.page.dataset.tool = tool;
    }

    /** @param {PointerEvent} event @returns {[number, number]} */
    #place({ clientX, clientY }) {
        const { left, top, width, height } = this.page.getBoundingClientRect();
        return [bounded((clientX - left) / width * 10_000), bounded((clientY - top) / height * 10_000)];
    }

    /** @param {PointerEvent} event */
    #down(event) {
        if (!this.tool || event.button !== 0 || !this.where()) return;
        event.preventDefault();
        const [x, y] = this.#place(event);
        if (this.tool === 'erase') {
            this.page.setPointerCapture(event.pointerId);
            this.#erased.clear();
            this.#erase(x, y);
        } else if (this.tool !== 'pointer') {
            this.page.setPointerCapture(event.pointerId);
            this.#stroke = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
            this.#on = this.where();
            this.#points = [];
            this.#told = 0;
            this.#draw(x, y);
        }
    }

    /** @param {PointerEvent} event */
    #move(event) {
        if (!this.tool || !this.where()) return;
        if (this.tool === 'pointer') {
            this.#pointing = this.#place(event);
            this.layer.point(this.#pointing);
            this.#soon();
        } else if (this.tool === 'erase' && event.buttons & 1) {
            this.#erase(...this.#place(event));
        } else if (this.#stroke) {
            const all = event.getCoalescedEvents?.() ?? [];
            for (const one of all.length ? all : [event]) this.#draw(...this.#place(one));
        }
    }

    /** @param {number} x @param {number} y */
    #draw(x, y) {
        const [lastX, lastY] = this.#points.slice(-2);
        if (lastX !== undefined && lastY !== undefined && Math.hypot(x - lastX, y - lastY) < STEP) return;
        this.#points.push(x, y);
        this.layer.grow(this.#stroke, this.tool, this.colour, [x, y]);
        this.#soon();
    }

    /** @param {number} x @param {number} y */
    #erase(x, y) {
        const mark = this.layer.markAt(x, y);
        if (!mark || this.#erased.has(mark.id)) return;
        this.#erased.add(mark.id);
        void this.conduct.act('paper.erase', { mark: mark.id });
    }

    #soon() {
        this.#timer ??= setTimeout(() => {
            this.#timer = undefined;
            this.#tell();
        }, Math.max(0, TELL_MS - (performance.now() - this.#toldAt)));
    }

    /** @param {boolean} [end] */
    #tell(end = false) {
        const where = this.#stroke ? this.#on : this.where();
        this.#toldAt = performance.now();
        if (!where) return;
        if (this.tool === 'pointer') {
            this.conduct.tell({ type: 'ink', ...where, tool: 'pointer', points: end ? [] : this.#pointing, end });
            return;
        }
        if (!this.#stroke) return;
        // Of very much at once only the end is told: the whole comes with the finished stroke.
        const points = this.#points.slice(this.#told).slice(-PART);
        this.#told = this.#points.length;
        if (points.length || end) this.conduct.tell({ type: 'ink', ...where, tool: this.tool, stroke: this.#stroke, colour: this.colour, points, end });
    }

    #up() {
        if (!this.#stroke) return;
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#tell(true);
        const [where, stroke] = [this.#on, this.#stroke];
        this.#stroke = '';
        if (!where) return;
        void this.conduct.act('paper.mark', {
            ...where, tool: this.tool, stroke, colour: this.colour, points: simplified(this.#points),
        }).then(({ done }) => { if (!done) this.layer.drop(stroke); });
    }

    #leave() {
        if (!this.#pointing.length) return;
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#tell(true);
        this.#pointing = [];
        this.layer.hidePointer();
    }
}
