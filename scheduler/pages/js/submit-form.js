// What every form does when it is sent: what is wrong is told at its fields, before anything leaves and when the
// server refuses; the act runs once, however often its button is pressed.
import { t } from '/assets/js/i18n.js';
import { calmForm, showErrors } from './forms.js';
import { during } from './ui.js';

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} press the button that sends it
 * @param {{check?: () => Record<string, string>, act: () => Promise<any>}} settings
 *   `check`: what is wrong, by field; `act` throws what the form is to show
 */
export function onSubmit(form, press, { check, act }) {
    form.noValidate = true;
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        const fields = check?.() ?? {};
        if (Object.keys(fields).length) return showErrors(form, { message: t('form.mend'), fields });
        void during(press, async () => {
            calmForm(form);
            try {
                await act();
            } catch (error) {
                showErrors(form, error);
            }
        });
    });
    return form;
}
