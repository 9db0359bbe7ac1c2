// Tables that become lists of cards on a telephone, and what stands above them: a search, and counts that filter.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { input } from './forms.js';

/** A cell that carries its column's name to where the head is not seen. @param {string} key @param {...any} children */
export const cell = (key, ...children) => h('td', { 'data-label': t(key) }, ...children);

/** A cell of a figure. @param {string} key @param {string|number} figure */
export const numberCell = (key, figure) => h('td', { class: 'number', 'data-label': t(key), text: String(figure) });

/**
 * @param {string} label what the table is, for those who do not see it
 * @param {string[]} columns keys of words; '' heads a column of acts
 * @param {Node[]} bodies
 * @param {{kind?: string, caption?: string}} [options] `caption`: words that are seen above the table
 */
export function table(label, columns, bodies, { kind = '', caption } = {}) {
    return h('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': label }, h('table', { class: `table ${kind}` },
        h('caption', { class: caption ? null : 'visually-hidden', text: caption ?? label }),
        h('thead', {}, h('tr', {}, ...columns.map((key) => (key ? h('th', { scope: 'col', text: t(key) }) : h('td'))))), ...bodies));
}

/**
 * @param {string} label
 * @param {(text: string) => void} search
 * @param {{value?: string, wait?: number}} [options] `wait`: milliseconds without a key before it is searched
 */
export function searchBox(label, search, { value = '', wait = 0 } = {}) {
    let timer = 0;
    const box = input({
        type: 'search', placeholder: label, 'aria-label': label, 'data-main': '', spellcheck: 'false', value,
        input: () => {
            clearTimeout(timer);
            if (!wait) search(box.value.trim());
            else timer = setTimeout(() => search(box.value.trim()), wait);
        },
    });
    return Object.assign(h('div', { class: 'find' }, icon('search'), box), { box });
}

/**
 * How many there are of each kind; pressing one shows only those.
 * @param {string} label
 * @param {{key: string, count: number, words: string, tone?: string}[]} kinds
 * @param {string} chosen a key
 * @param {(key: string) => void} choose
 */
export function countChips(label, kinds, chosen, choose) {
    const group = h('div', { class: 'answer-counts', role: 'group', 'aria-label': label });
    group.append(...kinds.map(({ key, count, words, tone = key }) => h('button', {
        type: 'button', class: `count-chip ${tone}`, 'aria-pressed': String(key === chosen),
        click: (/** @type {any} */ event) => {
            for (const one of group.children) one.setAttribute('aria-pressed', String(one === event.currentTarget));
            choose(key);
        },
    }, h('b', { text: String(count) }), h('span', { text: words }))));
    return group;
}
