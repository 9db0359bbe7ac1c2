// What is drawn on a page: finished strokes, those that are coming, and where somebody points.
import { HIGHLIGHT, INK, nearness, pathOf } from './strokes.js';

/** @typedef {{id: number, paper: number, page: number, stroke: string, tool: 'pen'|'highlight', colour: number, points: number[]}} Mark */
/** @typedef {{path: SVGPathElement, points: number[], tool: string, page: string, timer: number|undefined}} Live */

const SVG = 'http://www.w3.org/2000/svg';
/** A stroke that has ended is told again as a mark; one of which nothing more comes goes away. */
const LEFT_MS = 8000;
const POINTER_MS = 5000;
/** In ten-thousandths of the page: how near an eraser must be. */
const ERASE_NEAR = 120;

export class InkLayer {
    /** @type {Mark[]} */
    #marks = [];
    /** By the name of the stroke. @type {Map<string, Live>} */
    #live = new Map();
    #page = '';
    #drawn = '';
    /** @type {number|undefined} */
    #pointerTimer;

    constructor() {
        this.element = document.createElementNS(SVG, 'svg');
        this.element.setAttribute('class', 'ink');
        this.element.setAttribute('viewBox', '0 0 10000 10000');
        this.element.setAttribute('preserveAspectRatio', 'none');
        this.element.setAttribute('aria-hidden', 'true');
        this.finished = document.createElementNS(SVG, 'g');
        this.coming = document.createElementNS(SVG, 'g');
        this.element.append(this.finished, this.coming);
        this.pointer = document.createElement('span');
        this.pointer.className = 'ink-pointer';
        this.pointer.hidden = true;
    }

    /** Which page is looked at: other pages' strokes are not drawn. @param {number} paper @param {number} page */
    show(paper, page) {
        const name = `${paper}/${page}`;
        if (name === this.#page) return;
        this.#page = name;
        for (const stroke of [...this.#live.keys()]) this.drop(stroke);
        this.hidePointer();
        this.#drawMarks();
    }

    /** @param {Mark[]} marks all that the server has told */
    setMarks(marks) {
        this.#marks = marks;
        for (const { stroke } of marks) if (stroke) this.drop(stroke);
        this.#drawMarks();
    }

    #drawMarks() {
        const here = this.#marks.filter(({ paper, page }) => `${paper}/${page}` === this.#page);
        const name = `${this.#page}:${here.map(({ id }) => id).join()}`;
        if (name === this.#drawn) return;
        this.#drawn = name;
        this.finished.replaceChildren(...here.map((mark) => {
            const path = makePath(mark.tool, mark.colour, mark.points);
            path.dataset.mark = String(mark.id);
            return path;
        }));
    }

    /** Some of a stroke as it comes. @param {any} ink */
    take(ink) {
        if (`${ink.paper}/${ink.page}` !== this.#page) return;
        if (ink.tool === 'pointer') {
            if (ink.end) this.hidePointer();
            else this.point(ink.points);
            return;
        }
        if (this.#marks.some(({ stroke }) => stroke === ink.stroke)) return;
        this.grow(ink.stroke, ink.tool, ink.colour, ink.points);
    }

    /** @param {string} stroke @param {string} tool @param {number} colour @param {number[]} points those that are new */
    grow(stroke, tool, colour, points) {
        let live = this.#live.get(stroke);
        if (!live) {
            live = { path: makePath(tool, colour, []), points: [], tool, page: this.#page, timer: undefined };
            this.#live.set(stroke, live);
            this.coming.append(live.path);
        }
        live.points.push(...points);
        if (live.points.length) live.path.setAttribute('d', pathOf(live.points));
        clearTimeout(live.timer);
        live.timer = setTimeout(() => this.drop(stroke), LEFT_MS);
    }

    /** @param {string} stroke */
    drop(stroke) {
        const live = this.#live.get(stroke);
        if (!live) return;
        clearTimeout(live.timer);
        live.path.remove();
        this.#live.delete(stroke);
    }

    /** @param {number[]} points the last of them counts */
    point(points) {
        const [x, y] = points.slice(-2);
        if (x === undefined || y === undefined) return;
        this.pointer.style.left = `${x / 100}%`;
        this.pointer.style.top = `${y / 100}%`;
        this.pointer.hidden = false;
        clearTimeout(this.#pointerTimer);
        this.#pointerTimer = setTimeout(() => this.hidePointer(), POINTER_MS);
    }

    hidePointer() {
        this.pointer.hidden = true;
    }

    /** The stroke at a place, the last drawn first. @param {number} x @param {number} y @returns {Mark|undefined} */
    markAt(x, y) {
        return this.#marks.findLast(({ paper, page, points }) => `${paper}/${page}` === this.#page && nearness(points, x, y) < ERASE_NEAR);
    }
}

/** @param {string} tool @param {number} colour @param {number[]} points @returns {SVGPathElement} */
function makePath(tool, colour, points) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', tool === 'highlight' ? 'ink-highlight' : 'ink-pen');
    path.setAttribute('stroke', (tool === 'highlight' ? HIGHLIGHT : INK)[colour] ?? '#c8102e');
    if (points.length) path.setAttribute('d', pathOf(points));
    return path;
}
