// The directory: the tree of units on one side, what is known of one of them on the other.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { query as toQuery } from '../api.js';
import { current, directory, forgetDirectory, lineKinds } from '../directory.js';
import { checkbox } from '../forms.js';
import { searchBox } from '../table.js';
import { today } from '../times.js';
import { button, empty, linkButton, pageHead } from '../ui.js';
import { askImport, askUnit } from '../unit-dialogs.js';
import { unitPanel } from '../unit-panel.js';
import { unitTree } from '../unit-tree.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, query, me, title, signal }) {
    title(t('nav.units'));
    const [found, lines] = await Promise.all([directory(), lineKinds()]);
    let book = found;
    const may = me.may.includes('directory.edit');
    let chosen = Number(query.get('id')) || book.roots[0]?.id || 0;
    let old = false;
    /** Branches that stay open while the tree is drawn again. */
    const opened = new Set(book.roots.map((unit) => unit.id));
    const panel = h('div', { class: 'unit-panel' });
    const treePlace = h('div', { class: 'unit-tree' });
    const said = h('p', { class: 'visually-hidden', role: 'status' });

    let searched = '';
    const find = searchBox(t('units.find'), (text) => { searched = text; drawTree(); });
    const ended = checkbox(t('units.ended'), false, { change: (/** @type {any} */ event) => { old = event.target.checked; drawTree(); } });

    /** @param {any} unit */
    const row = (unit) => [h('a', {
        href: `/don-vi${toQuery({ id: unit.id })}`, class: `tree-name${current(unit, today()) ? '' : ' ended'}`, 'aria-current': unit.id === chosen ? 'true' : null,
        click: (/** @type {MouseEvent} */ event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            void choose(unit.id, true);
        },
    }, h('span', { text: unit.name }), unit.children.length ? h('span', { class: 'tree-count', text: String(unit.children.length) }) : null)];

    function drawTree() {
        const wanted = plainWords(searched);
        const shown = (/** @type {any} */ unit) => old || current(unit, today());
        if (wanted) {
            const hits = book.units.filter((unit) => shown(unit) && (plainWords(unit.name).includes(wanted) || plainWords(unit.code ?? '').includes(wanted)));
            said.textContent = t('found', { n: hits.length });
            treePlace.replaceChildren(hits.length
                ? h('ul', { class: 'tree found' }, ...hits.slice(0, 80).map((unit) => h('li', {}, h('div', { class: 'tree-row' }, ...row(unit)), h('small', { class: 'tree-under', text: book.byId.get(unit.parent)?.name ?? '' }))))
                : empty(t('none.found')));
            return;
        }
        said.textContent = '';
        const keep = (/** @type {any} */ unit) => ({ ...unit, children: unit.children.filter(shown).map(keep) });
        treePlace.replaceChildren(unitTree(book.roots.filter(shown).map(keep), { label: t('nav.units'), opened, row }));
    }
    /** @param {number} id @param {boolean} focus */
    async function choose(id, focus) {
        chosen = id;
        history.replaceState(null, '', `/don-vi${toQuery({ id })}`);
        for (const link of treePlace.querySelectorAll('[aria-current]')) link.removeAttribute('aria-current');
        treePlace.querySelector(`a[href="/don-vi?id=${id}"]`)?.setAttribute('aria-current', 'true');
        const unit = book.byId.get(id);
        if (!unit) return panel.replaceChildren(empty(t('units.choose')));
        panel.replaceChildren(unitPanel(unit, { book, lines, may, again, choose: (next) => void choose(next, true), signal }));
        // On a phone the panel lies below the tree.
        if (focus) {
            const heading = panel.querySelector('h2');
            heading?.focus({ preventScroll: true });
            if (innerWidth < 900) panel.scrollIntoView({ block: 'start' });
        }
    }
    /** @param {number} [id] */
    async function again(id) {
        forgetDirectory();
        book = await directory();
        drawTree();
        await choose(id ?? chosen, false);
    }
    main.append(
        pageHead(t('nav.units'), {
            eyebrow: t('units.count', { n: book.units.filter((unit) => current(unit, today())).length, sites: [...book.sites.values()].length }), help: 'help.units',
            actions: [
                may ? button(t('units.add'), { icon: 'plus', kind: 'primary', click: () => askUnit(book, chosen, again) }) : null,
                may ? button(t('units.import'), { icon: 'up', click: () => askImport(again) }) : null,
                linkButton(t('units.export'), '/api/units.csv', { icon: 'down', download: 'don-vi.csv' }),
            ],
        }),
        h('div', { class: 'units-frame' }, h('section', { class: 'card tree-card', 'aria-label': t('units.tree') },
            find, said, ended, treePlace), panel));
    drawTree();
    await choose(chosen, false);
}
