// A tree of units of any depth: branches open on demand, arrow keys move as in every tree.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';

/**
 * @param {any[]} roots units with `children`
 * @param {{row: (unit: any) => Node[], first?: (unit: any) => Node[], opened?: Set<number>, label: string, grown?: () => void}} settings
 *   `row`: what a unit shows; `first`: list items before its children; `grown`: after a branch was drawn
 */
export function unitTree(roots, { row, first, opened = new Set(), label, grown }) {
    /** @param {any} unit */
    const item = (unit) => {
        const branch = unit.children.length > 0;
        const line = h('div', { class: 'tree-row' });
        const element = h('li', { 'data-unit': unit.id }, line);
        if (branch) {
            /** @type {any} */
            let list = null;
            const toggle = h('button', { type: 'button', class: 'tree-toggle', 'aria-expanded': 'false', 'aria-label': t('tree.open', { name: unit.name }) }, icon('right'));
            const open = (/** @type {boolean} */ wanted) => {
                if (wanted && !list) {
                    list = h('ul', {}, ...(first?.(unit) ?? []), ...unit.children.map(item));
                    element.append(list);
                    grown?.();
                }
                if (list) list.hidden = !wanted;
                toggle.setAttribute('aria-expanded', String(wanted));
                if (wanted) opened.add(unit.id);
                else opened.delete(unit.id);
            };
            toggle.addEventListener('click', () => open(toggle.getAttribute('aria-expanded') !== 'true'));
            line.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
                if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
                if (/** @type {any} */ (event.target).matches('input:not([type="checkbox"])')) return;
                event.preventDefault();
                open(event.key === 'ArrowRight');
            });
            line.append(toggle);
            if (opened.has(unit.id)) queueMicrotask(() => open(true));
        } else line.append(h('span', { class: 'tree-gap' }));
        line.append(...row(unit));
        return element;
    };
    const tree = h('ul', { class: 'tree', 'aria-label': label }, ...roots.map(item));
    tree.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (!step) return;
        const stops = [...tree.querySelectorAll('.tree-row')].filter((one) => one.getClientRects().length);
        const here = stops.indexOf(/** @type {any} */ (event.target).closest('.tree-row'));
        const next = stops[here + step]?.querySelector('input, a, .tree-name, button');
        if (!next) return;
        event.preventDefault();
        /** @type {any} */ (next).focus();
    });
    return tree;
}
