// A field in which one types a name and picks from what matches (WAI-ARIA 1.2 combobox with a list).
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { input } from './forms.js';
import { button } from './ui.js';

let serial = 0;

/** @typedef {{id: number, name: string, more?: string}} Choice */

/**
 * @param {{chosen?: Choice|null, find: (text: string) => Promise<Choice[]>|Choice[], changed?: (choice: Choice|null) => void,
 *   placeholder?: string, empties?: boolean}} settings `empties`: the field is emptied after each choice (for lists)
 */
export function combobox({ chosen = null, find, changed, placeholder, empties = false }) {
    const id = `combo-${(serial += 1)}`;
    let current = chosen;
    /** @type {Choice[]} */
    let hits = [];
    let active = -1;
    let turn = 0;
    const list = h('ul', { class: 'combo-list', id, role: 'listbox', hidden: true });
    const text = input({
        role: 'combobox', 'aria-expanded': 'false', 'aria-controls': id, 'aria-autocomplete': 'list', placeholder: placeholder ?? t('combo.type'),
        'data-main': '', spellcheck: 'false',
    });
    text.value = chosen?.name ?? '';
    const drop = button(t('combo.clear'), { icon: 'close', bare: true, click: () => take(null) });
    drop.hidden = !chosen;
    const close = () => {
        list.hidden = true;
        active = -1;
        text.setAttribute('aria-expanded', 'false');
        text.removeAttribute('aria-activedescendant');
    };
    /** @param {Choice|null} choice */
    const take = (choice) => {
        current = empties ? null : choice;
        text.value = empties ? '' : (choice?.name ?? '');
        drop.hidden = !current;
        close();
        text.focus();
        changed?.(choice);
    };
    const mark = (/** @type {number} */ next) => {
        active = next;
        [...list.children].forEach((one, index) => one.setAttribute('aria-selected', String(index === active)));
        const one = list.children[active];
        if (!one) return;
        text.setAttribute('aria-activedescendant', one.id);
        one.scrollIntoView({ block: 'nearest' });
    };
    const look = async () => {
        const mine = (turn += 1);
        // A person types faster than a thin line answers: only the last question counts.
        await new Promise((resolve) => setTimeout(resolve, 180));
        if (mine !== turn) return;
        const found = await Promise.resolve(find(text.value.trim())).catch(() => []);
        if (mine !== turn || document.activeElement !== text) return;
        hits = found.slice(0, 30);
        list.replaceChildren(...hits.map((hit, index) => h('li', {
            role: 'option', id: `${id}-${index}`, 'aria-selected': 'false',
            mousedown: (/** @type {Event} */ event) => {
                event.preventDefault();
                take(hit);
            },
        }, h('span', { text: hit.name }), hit.more ? h('small', { text: hit.more }) : null)));
        if (!hits.length) list.append(h('li', { class: 'none', text: t('none.found') }));
        list.hidden = false;
        text.setAttribute('aria-expanded', 'true');
        if (hits.length && text.value.trim()) mark(0);
    };
    text.addEventListener('input', () => {
        if (current) {
            current = null;
            drop.hidden = true;
            changed?.(null);
        }
        void look();
    });
    text.addEventListener('focus', () => !current && !empties && void look());
    text.addEventListener('blur', () => {
        turn += 1;
        close();
        // Text that is no choice would look like one.
        if (!current && !empties) text.value = '';
    });
    text.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (list.hidden) void look();
            else if (hits.length) mark((active + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length);
        } else if (event.key === 'Enter') {
            event.preventDefault();
            if (!list.hidden && hits[active]) take(hits[active]);
        } else if (event.key === 'Escape' && !list.hidden) {
            event.stopPropagation();
            event.preventDefault();
            close();
        }
    });
    return Object.assign(h('div', { class: 'combo' }, text, drop, list), {
        choice: () => current,
    });
}

/**
 * Several choices, shown as marks that can be taken away.
 * @param {{chosen: Choice[], find: (text: string) => Promise<Choice[]>|Choice[], changed: (choices: Choice[]) => void, placeholder?: string}} settings
 */
export function multibox({ chosen, find, changed, placeholder }) {
    let list = [...chosen];
    const marks = h('ul', { class: 'marks' });
    const draw = () => {
        marks.replaceChildren(...list.map((one) => h('li', {}, h('span', { text: one.name }), button(t('remove', { name: one.name }), {
            icon: 'close', bare: true,
            click: () => {
                list = list.filter((other) => other.id !== one.id);
                draw();
                changed(list);
            },
        }))));
    };
    const box = combobox({
        find, placeholder, empties: true,
        changed: (choice) => {
            if (!choice || list.some((one) => one.id === choice.id)) return;
            list.push(choice);
            draw();
            changed(list);
        },
    });
    draw();
    return Object.assign(h('div', { class: 'multi' }, box, marks), { choices: () => list });
}
