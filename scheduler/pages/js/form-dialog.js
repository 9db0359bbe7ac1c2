// A dialog with a form, one act, and errors at their fields.
import { h } from '/assets/js/dom.js';
import { onSubmit } from './submit-form.js';
import { button, dialog } from './ui.js';

/**
 * @param {string} title
 * @param {(Node|null)[]} fields
 * @param {{label: string, kind?: string, wide?: boolean, check?: () => Record<string, string>, act: () => Promise<void>}} settings
 *   `check`: what is wrong, by field; `act` throws what the form is to show
 */
export function formDialog(title, fields, { label, kind = 'primary', wide = false, check, act }) {
    const press = button(label, { kind, type: 'submit' });
    const form = h('form', { class: 'stack' }, ...fields.filter(Boolean), h('div', { class: 'dialog-actions' }, press));
    const { close } = dialog(title, [form], { wide });
    onSubmit(form, press, {
        check,
        act: async () => {
            await act();
            close();
        },
    });
    return { form, close };
}
