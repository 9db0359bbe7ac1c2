// The number and the symbol that the minutes bear in their head: "Số: 12/BB-UBND".
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { field, input } from './forms.js';
import { autosave } from './minutes-saving.js';

/** @param {{keep: (act: any) => Promise<void>}} page */
export function number({ keep }) {
    const digits = input({ maxlength: 10 });
    const symbol = input({ maxlength: 40, placeholder: 'BB-…' });
    const root = h('div', { class: 'minutes-pair' }, field('number', t('minutes.number'), digits), field('symbol', t('minutes.symbol'), symbol));
    const watch = autosave(root, () => keep({ do: 'minutes.number', number: digits.value.trim(), symbol: symbol.value.trim() }));
    return {
        root,
        /** @param {any} minutes */
        update(minutes) {
            if (watch.isDirty()) return;
            digits.value = minutes.number;
            symbol.value = minutes.symbol;
        },
    };
}
