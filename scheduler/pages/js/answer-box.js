// "Will come / will not / somebody in my place": the same three buttons on every page that answers an invitation.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { calmForm, checkbox, field, input, showErrors } from './forms.js';
import { button, during } from './ui.js';

/**
 * @param {{answer: string, path: string, extra: Record<string, any>, done: (answer: string) => void, big?: boolean,
 *   open?: boolean, recurring?: boolean, all?: boolean, label?: string, delegate?: {name: string, email: string}|null}} settings
 *   `extra`: what goes along with the answer; `open`: the route needs no session; `recurring`: one answer may hold for
 *   all meetings of the series, and does unless the box is cleared (`all`)
 */
export function answerBox({ answer, path, extra, done, big = false, open = false, recurring = false, all = true, label, delegate }) {
    let current = answer;
    const name = input({ value: delegate?.name ?? '', autocomplete: 'name' });
    const mail = input({ value: delegate?.email ?? '', type: 'email', autocomplete: 'email' });
    const note = input({ maxlength: 500 });
    const whole = checkbox(t('answer.series'), all);
    const confirm = button('', { kind: 'primary', type: 'submit' });
    const details = h('div', { class: 'answer-more', hidden: true });
    const buttons = h('div', { class: 'answer-buttons', role: 'group', 'aria-label': label ?? t('answer.title') });
    const form = h('form', { class: `answer-box${big ? ' big' : ''}`, novalidate: true }, buttons, recurring ? whole : null, details);
    let chosen = '';

    const say = async (/** @type {string} */ value, /** @type {any} */ pressed) => during(pressed, async () => {
        calmForm(form);
        try {
            await send('POST', path, {
                ...extra, scope: recurring && whole.box.checked ? 'series' : 'this', answer: value, note: note.value.trim(),
                delegateName: value === 'delegate' ? name.value.trim() : '', delegateEmail: value === 'delegate' ? mail.value.trim() : '',
            }, { open });
            current = value;
            details.hidden = true;
            draw();
            done(value);
        } catch (error) {
            showErrors(form, error);
        }
    });
    /** Delegating needs a name, declining is asked for a reason; coming is one press. @param {string} value @param {any} pressed */
    const press = (value, pressed) => {
        if (value === 'accept') return void say(value, pressed);
        chosen = value;
        details.replaceChildren(
            ...(value === 'delegate' ? [field('delegateName', t('delegate.name'), name), field('delegateEmail', t('delegate.email'), mail, { optional: true })] : []),
            field('note', t(value === 'decline' ? 'decline.reason' : 'note'), note, { optional: true }), confirm);
        confirm.replaceChildren(h('span', { text: t(`confirm.${value}`) }));
        details.hidden = false;
        details.querySelector('input')?.focus();
    };
    form.addEventListener('submit', (/** @type {Event} */ event) => {
        event.preventDefault();
        if (chosen === 'delegate' && !name.value.trim()) return showErrors(form, { message: t('form.mend'), fields: { delegateName: t('delegate.name.wrong') } });
        void say(chosen, confirm);
    });
    function draw() {
        buttons.replaceChildren(...[['accept', 'check'], ['decline', 'close'], ['delegate', 'people']].map(([value, sign]) => {
            const one = button(t(`answer.do.${value}`), {
                icon: sign, kind: `answer ${value}`, small: !big, 'aria-pressed': String(current === value),
                click: (/** @type {any} */ event) => press(value, event.currentTarget),
            });
            return one;
        }));
    }
    draw();
    return form;
}
