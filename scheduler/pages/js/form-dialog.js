// A dialog with a form, one act, and errors at their fields.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { calmForm, showErrors } from './forms.js';
import { button, dialog, during } from './ui.js';

/**
 * @param {string} title
 * @param {(Node|null)[]} fields
 * @param {{label: string, kind?: string, wide?: boolean, check?: () => Record<string, string>, act: () => Promise<void>}} settings
 *   `check`: what is wrong, by field; `act` throws what the form is to show
 */
export function formDialog(title, fields, { label, kind = 'primary', wide = false, check, act }) {
    const press = button(label, { kind, type: 'submit' });
    const form = h('form', { class: 'stack', novalidate: true }, ...fields.filter(Boolean), h('div', { class: 'dialog-actions' }, press));
    const { close } = dialog(title, [form], { wide });
    form.addEventListener('submit', (/** @type {Event} */ event) => {
        event.preventDefault();
        const wrong = check?.() ?? {};
        if (Object.keys(wrong).length) return showErrors(form, { message: t('form.mend'), fields: wrong });
        void during(press, async () => {
            calmForm(form);
            try {
                await act();
                close();
            } catch (error) {
                showErrors(form, error);
            }
        });
    });
    return { form, close };
}
