// The readiness board: every site of a meeting, red first, as it is within a second.
import { h, sleep, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { get } from '../api.js';
import { directory } from '../directory.js';
import { input, select } from '../forms.js';
import { tile } from '../readiness-tile.js';
import { spanWords } from '../times.js';
import { empty, linkButton, pageHead } from '../ui.js';

/** Sections in the order in which somebody should act. */
const STATES = ['red', 'amber', 'none', 'green'];
/** A board of 264 sites is not sent more often than anybody can read it. */
const PAUSE_MS = 500;
const TROUBLE_PAUSE_MS = 3000;

/** Units that have more than one of the sites below them, with the depth in the tree. @param {any} book @param {Set<number>} units */
function unitChoices(book, units) {
    /** @type {Map<number, number>} */
    const below = new Map();
    for (const id of units) for (let unit = book.byId.get(id); unit; unit = book.byId.get(unit.parent)) below.set(unit.id, (below.get(unit.id) ?? 0) + 1);
    /** @type {[string, string][]} */
    const choices = [['', t('readiness.unit.all')]];
    /** @param {any} unit @param {number} depth */
    const add = (unit, depth) => {
        if ((below.get(unit.id) ?? 0) < 2) return;
        choices.push([String(unit.id), `${'\u2003'.repeat(depth)}${unit.name}`]);
        for (const child of unit.children) add(child, depth + 1);
    };
    for (const root of book.roots) add(root, 0);
    return choices;
}

/** @param {any} book @param {number} unit @param {number} top */
function isWithin(book, unit, top) {
    for (let here = book?.byId.get(unit); here; here = book.byId.get(here.parent)) if (here.id === top) return true;
    return false;
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, signal, title }) {
    const path = `/api/occurrences/${params.occurrence}/readiness`;
    const occurrence = Number(params.occurrence);
    let board = await get(path, { signal });
    const book = await directory().catch(() => null);
    let text = '';
    let unit = 0;
    let wanted = '';
    /** @type {Map<number, {key: string, element: HTMLElement}>} */
    const drawn = new Map();

    const counts = h('div', { class: 'answer-counts', role: 'group', 'aria-label': t('readiness.counts') });
    const find = input({ type: 'search', placeholder: t('readiness.find'), 'aria-label': t('readiness.find'), input: () => { text = plainWords(find.value); draw(); } });
    const units = select(book ? unitChoices(book, new Set(board.sites.map((/** @type {any} */ row) => row.unit))) : [['', t('readiness.unit.all')]], '', { 'aria-label': t('readiness.unit'), class: 'select readiness-unit' });
    units.addEventListener('change', () => { unit = Number(units.value); draw(); });
    const said = h('p', { class: 'fine', role: 'status' });
    const list = h('div', { class: 'readiness-board' });

    /** @param {any} row */
    const passes = (row) => (!text || plainWords(`${row.name} ${row.technician.name} ${row.technician.phone}`).includes(text)) && (!unit || isWithin(book, row.unit, unit));

    /** @param {any} row */
    function tileOf(row) {
        const key = JSON.stringify([row, row.at ? Math.floor((board.now - row.at) / 60_000) : 0]);
        const known = drawn.get(row.site);
        if (known?.key === key) return known.element;
        const element = tile(row, board.now, occurrence);
        drawn.set(row.site, { key, element });
        return element;
    }
    /** @param {string} name @param {string} state @param {number} number */
    const count = (name, state, number) => h('button', {
        type: 'button', class: `count-chip r-${state || 'all'}`, 'data-count': state, 'aria-pressed': String(wanted === state),
        click: () => { wanted = wanted === state ? '' : state; draw(); },
    }, h('b', { text: String(number) }), h('span', { text: name }));

    function draw() {
        // A tile that moves takes the focus with it.
        const focused = /** @type {any} */ (document.activeElement);
        const place = focused?.closest?.('[data-site]')?.dataset.site;
        const role = focused?.dataset?.role;
        const counted = focused?.dataset?.count;
        const inScope = board.sites.filter(passes);
        const number = (/** @type {string} */ state) => inScope.filter((/** @type {any} */ row) => row.state === state).length;
        const joined = inScope.filter((/** @type {any} */ row) => row.joined).length;
        counts.replaceChildren(
            count(t('readiness.all'), '', inScope.length), ...STATES.map((state) => count(t(`readiness.state.${state}`), state, number(state))),
            count(t('readiness.joined'), 'joined', joined));
        const shown = inScope.filter((/** @type {any} */ row) => !wanted || (wanted === 'joined' ? row.joined : row.state === wanted));
        list.replaceChildren(...(shown.length ? STATES.flatMap((state) => {
            const rows = shown.filter((/** @type {any} */ row) => row.state === state);
            return rows.length ? [h('section', { class: `readiness-section ${state}` }, h('h2', { text: `${t(`readiness.state.${state}`)} (${rows.length})` }), h('ul', { class: `tiles ${state}` }, ...rows.map(tileOf)))] : [];
        }) : [empty(t('readiness.nothing'))]));
        const words = t('readiness.summary', { red: number('red'), amber: number('amber'), none: number('none'), green: number('green'), joined });
        if (said.textContent !== words) said.textContent = words;
        if (document.activeElement === focused) return;
        const again = place ? list.querySelector(`[data-site="${place}"] [data-role="${role}"]`) ?? list.querySelector(`[data-site="${place}"] button`)
            : counted === undefined ? null : counts.querySelector(`[data-count="${counted}"]`);
        again?.focus({ preventScroll: true });
    }

    async function follow() {
        while (!signal.aborted) {
            try {
                const next = await get(`${path}?after=${board.version}`, { signal });
                if (signal.aborted) return;
                const isNews = next.version !== board.version;
                board = next;
                if (isNews) draw();
                await sleep(PAUSE_MS);
            } catch {
                // The shell says that the line is away; the board comes back with it.
                await sleep(TROUBLE_PAUSE_MS);
            }
        }
    }

    title(`${t('readiness.title')} · ${board.title}`);
    main.append(
        pageHead(t('readiness.title'), {
            eyebrow: `${board.title} · ${spanWords(board.start, board.end)}`, help: 'help.readiness',
            actions: [linkButton(t('readiness.back'), `/phien/${occurrence}`, { icon: 'left' })],
        }),
        h('div', { class: 'readiness-tools' }, counts, h('div', { class: 'find' }, icon('search'), find), units), said, list);
    draw();
    void follow();
}
