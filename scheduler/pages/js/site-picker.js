// Choosing sites: a whole group by one press, single ones in a tree whose boxes know three states.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { get } from './api.js';
import { current, directory, sitesBelow } from './directory.js';
import { searchBox } from './table.js';
import { today } from './times.js';
import { button, errorText, loading, notice } from './ui.js';
import { unitTree } from './unit-tree.js';

/** The groups that every province has, in the page's language; others bear their own name. */
const GROUPS = { all: 'group.all', 'kind:department': 'group.department', 'kind:district': 'group.district', 'kind:commune': 'group.commune' };

/** @param {any} group @param {any} book */
function groupWords(group, book) {
    const [kind, id] = String(group.id).split(':');
    const unit = kind === 'under' ? book.byId.get(Number(id)) : null;
    if (unit) return t('group.under', { name: unit.name });
    return GROUPS[group.id] ? t(GROUPS[group.id]) : group.name;
}

/** The units named that are below no other that is named. @param {number[]} ids @param {any} book */
function topsAmong(ids, book) {
    const named = new Set(ids);
    return ids.map((id) => book.byId.get(id)).filter((unit) => {
        const seen = new Set();
        for (let above = book.byId.get(unit?.parent); above && !seen.has(above); above = book.byId.get(above.parent)) {
            if (named.has(above.id)) return false;
            seen.add(above);
        }
        return Boolean(unit);
    });
}

/**
 * @param {number[]} start site ids
 * @param {(sites: number[]) => void} changed
 * @param {{within?: number[]|null}} [limits] the units that are offered, each with those below it; all where none are named
 */
export function sitePicker(start, changed, { within = null } = {}) {
    const chosen = new Set(start);
    /** @type {{box: any, ids: number[], words?: any}[]} boxes of the tree and of the search */
    let boxes = [];
    /** @type {{press: any, ids: number[]}[]} */
    const chips = [];
    const summary = h('p', { class: 'picked', role: 'status' });
    const names = h('p', { class: 'picked-names' });
    const element = h('div', { class: 'sites' }, loading());
    /** @type {any} */
    let book = null;
    /** The tops of the trees that are offered. @type {any[]} */
    let roots = [];
    /** @type {Set<number>|null} */
    let offered = null;

    function sync() {
        boxes = boxes.filter(({ box }) => box.isConnected || !element.isConnected);
        for (const { box, ids, words } of boxes) {
            const taken = ids.filter((id) => chosen.has(id)).length;
            box.checked = taken > 0 && taken === ids.length;
            box.indeterminate = taken > 0 && taken < ids.length;
            if (words) words.textContent = `${taken}/${ids.length}`;
        }
        for (const { press, ids } of chips) {
            const taken = ids.filter((id) => chosen.has(id)).length;
            press.setAttribute('aria-pressed', taken === ids.length ? 'true' : taken ? 'mixed' : 'false');
        }
        summary.replaceChildren(h('strong', { text: t('sites.count', { n: chosen.size }) }));
        clear.hidden = !chosen.size;
        const listed = [...chosen].slice(0, 12).map((id) => book?.sites.get(id)?.name).filter(Boolean);
        names.textContent = listed.join(' · ') + (chosen.size > listed.length ? ` … ${t('sites.more', { n: chosen.size - listed.length })}` : '');
    }
    /** @param {number[]} ids @param {boolean} wanted */
    const put = (ids, wanted) => {
        for (const id of ids) {
            if (wanted) chosen.add(id);
            else chosen.delete(id);
        }
        sync();
        changed([...chosen]);
    };
    /** @param {number[]} ids @param {string} label @param {boolean} [counted] */
    const box = (ids, label, counted = false) => {
        const one = h('input', { type: 'checkbox', disabled: !ids.length, change: (/** @type {any} */ event) => put(ids, event.target.checked) });
        const words = counted ? h('span', { class: 'tree-count' }) : null;
        boxes.push({ box: one, ids, words });
        return h('label', { class: 'tree-name' }, one, h('span', { text: label }), words);
    };
    const clear = button(t('sites.clear'), { kind: 'quiet', small: true, click: () => put([...chosen], false) });

    /** @param {any[]} groups */
    function drawChips(groups) {
        const first = h('div', { class: 'chips' });
        const below = h('div', { class: 'chips' });
        for (const group of groups) {
            const press = h('button', {
                type: 'button', class: 'group-chip', 'aria-pressed': 'false', 'data-group': group.id,
                click: () => put(group.sites, press.getAttribute('aria-pressed') !== 'true'),
            }, icon('check'), h('span', { text: groupWords(group, book) }), h('b', { text: String(group.sites.length) }));
            chips.push({ press, ids: group.sites });
            (String(group.id).startsWith('under:') ? below : first).append(press);
        }
        return [first, below.childElementCount ? h('details', { class: 'fold' }, h('summary', { text: t('sites.under') }), below) : null];
    }
    function drawTree() {
        const day = today();
        const open = new Set(roots.map((/** @type {any} */ unit) => unit.id));
        const keep = (/** @type {any} */ unit) => ({ ...unit, children: unit.children.filter((/** @type {any} */ one) => current(one, day)).map(keep) });
        return unitTree(roots.filter((/** @type {any} */ unit) => current(unit, day)).map(keep), {
            label: t('sites.tree'), opened: open, grown: sync,
            row: (unit) => [box(unit.children.length ? sitesBelow(unit) : (unit.sites ?? []).map((/** @type {any} */ site) => site.id), unit.name, unit.children.length > 0)],
            // The office of the unit itself, apart from all that is below it.
            first: (unit) => (unit.sites ?? []).map((/** @type {any} */ site) => h('li', {}, h('div', { class: 'tree-row own' }, h('span', { class: 'tree-gap' }), box([site.id], site.name === unit.name ? t('sites.own', { name: site.name }) : site.name)))),
        });
    }
    function drawSearch(/** @type {any} */ tree) {
        const results = h('ul', { class: 'tree found', 'aria-label': t('sites.search'), hidden: true });
        const said = h('p', { class: 'visually-hidden', role: 'status' });
        const find = searchBox(t('sites.search'), (text) => {
            const wanted = plainWords(text);
            const hits = wanted ? [...book.sites.values()].filter((site) => site.active !== false && (!offered || offered.has(site.id)) && current(site.unit, today()) && (plainWords(site.name).includes(wanted) || plainWords(site.unit.name).includes(wanted))).slice(0, 60) : [];
            results.hidden = !wanted;
            tree.hidden = Boolean(wanted);
            results.replaceChildren(...(hits.length ? hits.map((site) => h('li', {}, h('div', { class: 'tree-row' }, box([site.id], site.name)))) : [h('li', { class: 'none', text: t('none.found') })]));
            said.textContent = wanted ? t('found', { n: hits.length }) : '';
            sync();
        });
        // Enter takes the only hit; it must not send the form.
        find.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            const hits = results.querySelectorAll('input');
            if (hits.length === 1) hits[0].click();
        });
        return [find, said, results];
    }
    Promise.all([directory(), get('/api/groups')]).then(([found, { groups }]) => {
        book = found;
        roots = within ? topsAmong(within, book) : book.roots;
        if (within) offered = new Set(roots.flatMap(sitesBelow));
        const tree = drawTree();
        const fitting = groups.map((/** @type {any} */ group) => ({ ...group, sites: group.sites.filter((/** @type {number} */ id) => !offered || offered.has(id)) }))
            .filter((/** @type {any} */ group) => !offered || group.sites.length);
        element.replaceChildren(...drawChips(fitting).filter(Boolean),
            h('div', { class: 'picked-line' }, summary, clear), names,
            h('details', { class: 'fold tree-fold' }, h('summary', { text: t('sites.single') }), h('div', { class: 'tree-frame' }, ...drawSearch(tree), tree)));
        sync();
    }).catch((error) => element.replaceChildren(notice('bad', errorText(error))));
    return Object.assign(element, { sites: () => [...chosen] });
}
