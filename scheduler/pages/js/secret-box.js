// A secret or an address to be copied, whole and readable.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { field, input } from './forms.js';
import { button } from './ui.js';

/** @param {string} label @param {string} value */
export function secretBox(label, value) {
    const text = input({ value, readonly: true, class: 'input secret', focus: () => text.select(), 'data-main': '' });
    const copy = button(t('copy'), {
        small: true,
        click: async () => {
            text.select();
            // Clipboards are refused in plain-HTTP trials: the text stays selected for Ctrl+C.
            await navigator.clipboard?.writeText(value).then(() => copy.replaceChildren(h('span', { text: t('copied') }))).catch(() => null);
        },
    });
    return field('secret', label, h('div', { class: 'secret-line' }, text, copy));
}
