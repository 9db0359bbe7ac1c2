// The list of all seats under their units, with search, filters and selection: for the roll and for the sites.
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { input } from './controls.js';
import { Rows } from './rows.js';
import { tally, unitTree } from './tree.js';

/** @typedef {{id: string, label: string, test: (seat: any) => boolean}} Filter */
/** @typedef {{text: string, tone?: string, signs?: [string, string][]}} SeatSigns `signs`: icon and what it means */

export class SeatTree {
    /** Of the seats. @type {Set<string>} */
    selected = new Set();
    /** @type {any[]} */
    found = [];
    #filter = '';
    /** @type {Set<string>} */
    #closed = new Set();
    /** @type {Map<string, any>} */
    #seats = new Map();

    /**
     * @param {import('../conduct.js').Conduct} conduct
     * @param {{label: string, filters: Filter[], signs: (seat: any) => SeatSigns, unitWords: (counts: Record<string, number>, all: number) => string, changed: () => void, open: (seat: any) => void, among?: (seat: any) => boolean}} how
     *     `among`: which seats it lists, all without; `changed`: another selection; `open`: Enter or a double click on a seat
     */
    constructor(conduct, how) {
        this.conduct = conduct;
        this.how = how;
        this.search = input({ type: 'search', placeholder: t('tree.search'), 'aria-label': t('tree.search'), input: () => this.draw() });
        this.chips = h('div', { class: 'cchips', role: 'group', 'aria-label': t('tree.filter') });
        this.list = h('ul', { class: 'crows tree', role: 'tree', 'aria-label': how.label, 'aria-multiselectable': 'true' });
        this.status = h('p', { class: 'visually-hidden', role: 'status' });
        this.root = h('div', { class: 'ctree' }, h('div', { class: 'ctree-find' }, this.search, this.chips), h('div', { class: 'cscroll' }, this.list), this.status);
        this.rows = new Rows(this.list, (key) => (key.startsWith('unit/') ? new UnitRow(this) : new SeatRow(this)));
        this.filters = how.filters.map((filter) => {
            const count = h('b');
            const chip = h('button', { type: 'button', class: 'cchip', 'aria-pressed': 'false', click: () => this.#choose(filter.id) }, h('span', { text: filter.label }), count);
            return { filter, chip, count };
        });
        this.chips.append(...this.filters.map(({ chip }) => chip));
        this.list.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
        this.search.addEventListener('keydown', (event) => {
            if (event.key === 'ArrowDown') { event.preventDefault(); this.rows.focus(this.rows.current); }
            if (event.key === 'Escape' && this.search.value) { event.stopPropagation(); this.search.value = ''; this.draw(); }
        });
    }

    get seats() {
        return [...this.selected].map((seat) => this.#seats.get(seat)).filter(Boolean);
    }

    draw() {
        const all = this.conduct.list('seat').filter(this.how.among ?? (() => true));
        this.#seats = new Map(all.map((seat) => [seat.seat, seat]));
        for (const seat of this.selected) if (!this.#seats.has(seat)) this.selected.delete(seat);
        const test = this.how.filters.find(({ id }) => id === this.#filter)?.test;
        for (const { filter, chip, count } of this.filters) {
            const words = String(all.filter(filter.test).length);
            if (count.textContent !== words) count.textContent = words;
            chip.setAttribute('aria-pressed', String(filter.id === this.#filter));
        }
        const { lines, found } = unitTree(all, this.conduct.list('unit'), { text: this.search.value, test, closed: this.#closed });
        this.found = found;
        this.rows.draw(lines, ({ key }) => key);
        const status = this.search.value || this.#filter ? t('tree.found', { count: found.length }) : '';
        if (this.status.textContent !== status) this.status.textContent = status;
    }

    /** Shows those alone. @param {string} id of a filter */
    #choose(id) {
        this.#filter = this.#filter === id ? '' : id;
        this.draw();
    }

    /** @param {string} id */
    fold(id) {
        if (!this.#closed.delete(id)) this.#closed.add(id);
        this.draw();
    }

    /** @param {string[]} seats all of them, or none when all are already */
    toggle(seats) {
        const isAll = seats.every((seat) => this.selected.has(seat));
        for (const seat of seats) {
            if (isAll) this.selected.delete(seat);
            else this.selected.add(seat);
        }
        this.draw();
        this.how.changed();
    }

    clear() {
        this.selected.clear();
        this.draw();
        this.how.changed();
    }

    /** @param {string[]} seats */
    only(seats) {
        this.selected = new Set(seats);
        this.draw();
        this.how.changed();
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const key = event.target instanceof HTMLElement ? event.target.dataset.key ?? '' : '';
        if (!key || event.altKey || event.metaKey) return;
        if (event.ctrlKey && event.key.toLowerCase() === 'a') {
            event.preventDefault();
            this.toggle(this.found.map(({ seat }) => seat));
            return;
        }
        const isUnit = key.startsWith('unit/');
        const run = {
            ' ': () => (isUnit ? this.toggle(this.#below(key)) : this.toggle([key])),
            Enter: () => (isUnit ? this.fold(key.slice(5)) : this.how.open(this.#seats.get(key))),
            ArrowRight: () => { if (isUnit && this.#closed.has(key.slice(5))) this.fold(key.slice(5)); },
            ArrowLeft: () => { if (isUnit && !this.#closed.has(key.slice(5))) this.fold(key.slice(5)); },
            Escape: this.selected.size ? () => this.clear() : undefined,
        }[event.key];
        if (!run || event.ctrlKey) return;
        event.preventDefault();
        event.stopPropagation();
        run();
    }

    /** @param {string} key of a unit's line */
    #below(key) {
        const closed = new Set(this.#closed);
        closed.delete(key.slice(5));
        const { lines } = unitTree(this.found, this.conduct.list('unit'), { closed });
        const line = lines.find((one) => one.key === key);
        return line?.kind === 'unit' ? line.seats.map(({ seat }) => seat) : [];
    }
}

class UnitRow {
    /** @param {SeatTree} tree */
    constructor(tree) {
        this.tree = tree;
        this.id = '';
        /** @type {any[]} */
        this.seats = [];
        this.name = h('strong');
        this.counts = h('span', { class: 'crow-soft' });
        this.element = h('li', { class: 'tree-unit', role: 'treeitem', tabindex: '-1', click: () => tree.fold(this.id) },
            h('span', { class: 'tree-fold' }, icon('fold')), this.name, this.counts);
    }

    /** @param {import('./tree.js').UnitLine} line */
    draw({ id, name, depth, isOpen, seats }) {
        this.id = id;
        this.element.style.setProperty('--depth', String(depth));
        this.element.setAttribute('aria-level', String(depth + 1));
        this.element.setAttribute('aria-expanded', String(isOpen));
        this.element.setAttribute('aria-selected', String(seats.every(({ seat }) => this.tree.selected.has(seat))));
        if (this.name.textContent !== name) this.name.textContent = name;
        const counts = this.tree.how.unitWords(tally(seats), seats.length);
        if (this.counts.textContent !== counts) this.counts.textContent = counts;
    }
}

class SeatRow {
    #depth = -1;
    /** @type {boolean|null} */
    #isSelected = null;

    /** @param {SeatTree} tree */
    constructor(tree) {
        this.tree = tree;
        /** @type {any} */
        this.seat = null;
        this.name = h('span', { class: 'tree-name' });
        this.signs = h('span', { class: 'tree-signs' });
        this.state = h('span', { class: 'tree-state' });
        this.element = h('li', { class: 'tree-seat', role: 'treeitem', tabindex: '-1', click: () => tree.toggle([this.seat.seat]), dblclick: () => tree.how.open(this.seat) },
            h('span', { class: 'tree-box' }, icon('check')), this.name, this.signs, this.state);
    }

    /** @param {import('./tree.js').SeatLine} line */
    draw({ depth, seat }) {
        const isSelected = this.tree.selected.has(seat.seat);
        if (this.#isSelected !== isSelected) this.element.setAttribute('aria-selected', String(isSelected));
        this.#isSelected = isSelected;
        // What the server tells anew is a new value: the same value looks the same.
        if (seat === this.seat && depth === this.#depth) return;
        this.seat = seat;
        this.#depth = depth;
        const { text, tone = '', signs = [] } = this.tree.how.signs(seat);
        this.element.style.setProperty('--depth', String(depth));
        this.element.setAttribute('aria-level', String(depth + 1));
        this.name.textContent = seat.delegate ? t('tree.delegated', { name: seat.name, delegate: seat.delegate }) : seat.name;
        this.name.title = seat.name;
        this.state.textContent = text;
        this.state.dataset.tone = tone;
        this.signs.replaceChildren(...signs.map(([name, words]) => h('span', { class: `tree-sign ${name}`, role: 'img', 'aria-label': words, title: words }, icon(name))));
    }
}
