// A list whose rows are kept by key: redrawing moves no focus and no scroll. One row is in the Tab order; arrow keys walk
// (roving tabindex, ARIA authoring practices).

/** @typedef {{element: HTMLElement, draw: (item: any, index: number) => void}} Row `element` may carry `tabindex`: then it is the stop, else its controls are */

export class Rows {
    /** @type {Map<string, Row>} */
    #rows = new Map();
    /** The key of the row that Tab reaches. */
    #current = '';

    /**
     * @param {HTMLElement} list
     * @param {(key: string) => Row} make
     */
    constructor(list, make) {
        this.list = list;
        this.make = make;
        list.addEventListener('keydown', (event) => this.#key(event));
        list.addEventListener('focusin', (event) => {
            const element = this.#rowOf(event.target);
            if (element) this.#setCurrent(element.dataset.key ?? '');
        });
    }

    /** The key of the row that has, or last had, the focus. */
    get current() {
        return this.#current;
    }

    /** @param {any[]} items @param {(item: any) => string} keyOf */
    draw(items, keyOf) {
        const focused = /** @type {HTMLElement|null} */ (this.list.contains(document.activeElement) ? document.activeElement : null);
        const focusedRow = focused ? this.#rowOf(focused) : null;
        const place = focusedRow ? [...this.list.children].indexOf(focusedRow) : -1;
        const stop = focusedRow && focused ? stops(focusedRow).indexOf(focused) : 0;
        const keys = new Set(items.map(keyOf));
        for (const [key, row] of this.#rows) {
            if (keys.has(key)) continue;
            row.element.remove();
            this.#rows.delete(key);
        }
        let isNew = false;
        items.forEach((item, index) => {
            const key = keyOf(item);
            let row = this.#rows.get(key);
            if (!row) {
                row = this.make(key);
                row.element.dataset.key = key;
                this.#rows.set(key, row);
                isNew = true;
            }
            row.draw(item, index);
            const there = this.list.children[index];
            if (there !== row.element) this.list.insertBefore(row.element, there ?? null);
        });
        if (!this.#rows.has(this.#current)) {
            this.#current = this.list.children[Math.max(0, Math.min(place, this.list.children.length - 1))]?.getAttribute('data-key') ?? '';
            isNew = true;
        }
        if (isNew) this.#rove();
        if (!focused || document.activeElement === focused) return;
        // Moving an element takes its focus; a row that is gone leaves it to the one in its place.
        if (focused.isConnected) focused.focus({ preventScroll: true });
        else this.#focus(this.list.children[Math.min(place, this.list.children.length - 1)], stop);
    }

    /** @param {string} key */
    focus(key) {
        const row = this.#rows.get(key);
        if (row) this.#focus(row.element, 0);
    }

    /** @param {any} target @returns {HTMLElement|null} */
    #rowOf(target) {
        const element = target instanceof Element ? target.closest('[data-key]') : null;
        return element instanceof HTMLElement && element.parentElement === this.list ? element : null;
    }

    /** @param {string} key */
    #setCurrent(key) {
        if (key === this.#current) return;
        const before = this.#rows.get(this.#current)?.element;
        this.#current = key;
        if (before) for (const stop of stops(before)) stop.tabIndex = -1;
        this.#rove();
    }

    #rove() {
        for (const [key, row] of this.#rows) {
            const tab = key === this.#current ? 0 : -1;
            for (const stop of stops(row.element)) if (stop.tabIndex !== tab) stop.tabIndex = tab;
        }
    }

    /** @param {Element|undefined} element @param {number} stop */
    #focus(element, stop) {
        if (!(element instanceof HTMLElement)) return;
        const all = stops(element).filter((one) => one.offsetParent !== null);
        (all[Math.min(Math.max(0, stop), all.length - 1)] ?? element).focus();
        element.scrollIntoView({ block: 'nearest' });
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const row = this.#rowOf(event.target);
        if (!row || event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
        const all = /** @type {HTMLElement[]} */ ([...this.list.children]);
        const here = all.indexOf(row);
        const stop = stops(row).filter((one) => one.offsetParent !== null).indexOf(/** @type {any} */ (event.target));
        const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
        const step = steps[/** @type {keyof typeof steps} */ (event.key)];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        this.#focus(all[Math.min(Math.max(0, here + step), all.length - 1)], stop);
    }
}

/**
 * Before which item one stands that is moved by a step.
 * @param {any[]} items @param {number} here @param {number} step -1 or 1
 * @returns {any} null for the end; undefined where there is no such place
 */
export function placeBefore(items, here, step) {
    const to = here + step;
    if (here < 0 || to < 0 || to >= items.length) return undefined;
    return (step < 0 ? items[to] : items[to + 1]) ?? null;
}

/** @param {HTMLElement} element @returns {HTMLElement[]} what of a row takes the focus */
function stops(element) {
    return element.hasAttribute('tabindex') ? [element] : [...element.querySelectorAll('button')];
}
