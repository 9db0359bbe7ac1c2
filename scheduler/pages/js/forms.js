// Fields with their label, hint and error in one place, and what a refusal of the server does to them.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { addDays, dayWords, pad, parseDay, parseTime, showDay, timeWords, today } from './times.js';
import { button, errorText } from './ui.js';

let serial = 0;

/**
 * @param {string} name the key of the server's error.fields
 * @param {string} label
 * @param {HTMLElement} control the input, or a group of them
 * @param {{hint?: string|Node, group?: boolean, wide?: boolean, optional?: boolean}} [options]
 */
export function field(name, label, control, { hint, group = false, wide = false, optional = false } = {}) {
    const id = `f${(serial += 1)}-${name}`;
    const target = /** @type {HTMLElement} */ (control.matches('input, select, textarea') ? control : control.querySelector('[data-main]') ?? control);
    if (!target.id) target.id = id;
    const wrong = h('span', { class: 'wrong', id: `${id}-wrong`, hidden: true });
    const hintNode = hint ? h('span', { class: 'hint', id: `${id}-hint` }, hint) : null;
    const words = [label, optional ? h('span', { class: 'optional', text: ` (${t('optional')})` }) : null];
    const head = group ? h('span', { class: 'label', id: `${id}-label` }, ...words) : h('label', { for: target.id }, ...words);
    if (group) {
        target.setAttribute('role', target.getAttribute('role') ?? 'group');
        target.setAttribute('aria-labelledby', `${id}-label`);
        target.tabIndex = target.tabIndex < 0 && !target.hasAttribute('tabindex') ? -1 : target.tabIndex;
    }
    target.setAttribute('aria-describedby', [hintNode?.id, wrong.id].filter(Boolean).join(' '));
    const whole = h('div', { class: `field${wide ? ' wide' : ''}`, 'data-field': name, 'data-label': label }, head, control, hintNode, wrong);
    const calm = () => {
        wrong.hidden = true;
        target.removeAttribute('aria-invalid');
    };
    whole.addEventListener('input', calm);
    whole.addEventListener('change', calm);
    return whole;
}

/** @param {Record<string, any>} [attributes] */
export const input = (attributes = {}) => h('input', { class: 'input', autocomplete: 'off', ...attributes });

/** @param {[string, string][]} choices value and words @param {string} value @param {Record<string, any>} [attributes] */
export function select(choices, value, attributes = {}) {
    const element = h('select', { class: 'select', ...attributes }, ...choices.map(([key, words]) => h('option', { value: key, text: words })));
    element.value = value;
    return element;
}

/** @param {string} value @param {Record<string, any>} [attributes] */
export function textarea(value, attributes = {}) {
    const element = h('textarea', { class: 'input area', rows: 3, ...attributes });
    element.value = value ?? '';
    return element;
}

/**
 * One choice of a few, all of them seen.
 * @param {string} name
 * @param {[string, string, string?][]} choices value, words, explanation
 * @param {string} value
 * @param {(value: string) => void} [changed]
 */
export function radios(name, choices, value, changed) {
    const group = `${name}-${(serial += 1)}`;
    const element = h('div', { class: 'radios', role: 'radiogroup' }, ...choices.map(([key, words, more]) =>
        h('label', { class: 'radio' }, h('input', { type: 'radio', name: group, value: key, checked: key === value, change: () => changed?.(key) }),
            h('span', {}, words, more ? h('small', { text: more }) : null))));
    return Object.assign(element, { choice: () => element.querySelector('input:checked')?.value ?? '' });
}

/** @param {string} words @param {boolean} checked @param {Record<string, any>} [attributes] */
export function checkbox(words, checked, attributes = {}) {
    const box = h('input', { type: 'checkbox', checked, ...attributes });
    return Object.assign(h('label', { class: 'check-line' }, box, h('span', { text: words })), { box });
}

/**
 * A button that chooses files; the browser's own field speaks the browser's language, not the page's.
 * @param {string} label
 * @param {{accept: string, multiple?: boolean, take: (files: File[]) => void}} settings
 */
export function fileButton(label, { accept, multiple = false, take }) {
    const file = h('input', { type: 'file', class: 'visually-hidden', tabindex: '-1', accept, multiple, 'aria-label': label });
    const choose = button(label, { icon: 'paper', click: () => file.click(), 'data-main': '' });
    file.addEventListener('change', () => {
        const files = [...(file.files ?? [])];
        // The same file can be chosen again after it was mended.
        file.value = '';
        if (files.length) take(files);
    });
    return Object.assign(h('span', { class: 'file-button' }, choose, file), {
        /** @param {boolean} allowed */
        allow: (allowed) => {
            choose.disabled = !allowed;
            file.disabled = !allowed;
        },
    });
}

/**
 * A day as people write it, with the browser's calendar behind a button. `day()` is null while the text is no day.
 * @param {string|null} value
 * @param {(day: string|null) => void} [changed]
 */
export function dateInput(value, changed) {
    const text = input({ placeholder: t('date.example'), inputmode: 'numeric', 'data-main': '', class: 'input date-text' });
    const native = h('input', { type: 'date', class: 'date-native', tabindex: '-1', 'aria-hidden': 'true' });
    const words = h('span', { class: 'date-words' });
    text.value = value ? showDay(value) : '';
    const open = button(t('date.open'), {
        icon: 'calendar', bare: true,
        click: () => {
            native.value = day() ?? today();
            if (native.showPicker) native.showPicker();
            else native.focus();
        },
    });
    const day = () => parseDay(text.value);
    const say = () => {
        const found = day();
        words.textContent = found ? dayWords(found) : text.value ? t('date.wrong') : '';
        words.classList.toggle('bad', !found && Boolean(text.value));
    };
    /** @param {string|null} next */
    const set = (next) => {
        text.value = next ? showDay(next) : '';
        say();
    };
    text.addEventListener('input', () => {
        say();
        changed?.(day());
    });
    text.addEventListener('blur', () => day() && set(day()));
    text.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 7, PageDown: -7 }[event.key];
        const found = day();
        if (!step || !found) return;
        event.preventDefault();
        set(addDays(found, step));
        changed?.(day());
    });
    native.addEventListener('input', () => {
        if (!native.value) return;
        set(native.value);
        changed?.(native.value);
    });
    say();
    return Object.assign(h('div', { class: 'date' }, h('div', { class: 'date-line' }, text, open, native), words), { day, set, text });
}

/** @param {string} value "07:30" @param {(time: string|null) => void} [changed] */
export function timeInput(value, changed) {
    const list = `times-${(serial += 1)}`;
    const options = h('datalist', { id: list });
    for (let minute = 7 * 60; minute <= 19 * 60; minute += 30) {
        options.append(h('option', { value: `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}` }));
    }
    const text = input({ list, inputmode: 'text', placeholder: '07:30', 'data-main': '', class: 'input time-text' });
    const words = h('span', { class: 'date-words' });
    text.value = value ?? '';
    const time = () => parseTime(text.value);
    const say = () => {
        const found = time();
        words.textContent = found ? timeWords(found) : text.value ? t('time.wrong') : '';
        words.classList.toggle('bad', !found && Boolean(text.value));
    };
    text.addEventListener('input', () => {
        say();
        changed?.(time());
    });
    text.addEventListener('blur', () => time() && (text.value = time()));
    say();
    /** @param {string} next */
    const set = (next) => {
        text.value = next;
        say();
    };
    return Object.assign(h('div', { class: 'date' }, text, options, words), { time, set, text });
}

/** Takes the errors of the last try away. @param {HTMLElement} form */
export function calmForm(form) {
    form.querySelector('.error-summary')?.remove();
    for (const wrong of form.querySelectorAll('.field .wrong')) /** @type {any} */ (wrong).hidden = true;
    for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * Shows a refusal at its fields, and in a summary at the head of the form that takes the focus.
 * @param {HTMLElement} form
 * @param {unknown} error a Refusal, or {message, fields} found here
 * @param {Node[]} [more]
 */
export function showErrors(form, error, more = []) {
    calmForm(form);
    const fields = /** @type {any} */ (error)?.fields ?? {};
    const list = h('ul');
    for (const [name, words] of Object.entries(fields)) {
        // "agenda.0.title" belongs to the agenda, "targets.commune" to a field of that very name.
        const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`) ?? form.querySelector(`[data-field="${CSS.escape(name.split(/[.[]/)[0])}"]`);
        const target = place?.querySelector('[data-main], input, select, textarea, [role="group"], [role="radiogroup"]');
        if (place && target) {
            const wrong = /** @type {any} */ (place.querySelector('.wrong'));
            if (wrong) {
                wrong.textContent = words;
                wrong.hidden = false;
            }
            target.setAttribute('aria-invalid', 'true');
            list.append(h('li', {}, h('a', {
                href: `#${target.id}`,
                click: (/** @type {Event} */ event) => {
                    event.preventDefault();
                    /** @type {any} */ (target).focus();
                },
                text: `${place.getAttribute('data-label')}: ${words}`,
            })));
        } else list.append(h('li', { text: String(words) }));
    }
    const summary = h('div', { class: 'error-summary notice bad', role: 'alert', tabindex: '-1' }, icon('warn'),
        h('div', {}, h('strong', { text: /** @type {any} */ (error)?.message ?? errorText(error) }), list.childElementCount ? list : null, ...more));
    form.prepend(summary);
    summary.focus();
}
