// Small parts of the console: buttons, fields, choices, and dialogs that ask for something.
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';

let serial = 0;

/**
 * @param {string} words
 * @param {() => void} run
 * @param {{icon?: string, tone?: ''|'main'|'danger'|'quiet', bare?: boolean, pressed?: boolean}} [how] `bare`: the sign alone
 * @returns {HTMLButtonElement}
 */
export function button(words, run, { icon: sign, tone = '', bare = false, pressed } = {}) {
    return h('button', {
        type: 'button', class: bare ? 'bare' : 'cbutton', 'data-tone': tone || undefined, click: run,
        'aria-label': bare ? words : undefined, title: bare ? words : undefined, 'aria-pressed': pressed === undefined ? undefined : String(pressed),
    }, sign ? icon(sign) : null, bare ? null : h('span', { text: words }));
}

/**
 * A control with its label.
 * @param {string} words
 * @param {any} control
 * @param {string} [note]
 */
export function field(words, control, note) {
    control.id ||= `control-${(serial += 1)}`;
    return h('div', { class: 'cfield' }, h('label', { for: control.id, text: words }), control, note ? h('span', { class: 'cnote', text: note }) : null);
}

/** @param {Record<string, any>} [attributes] @returns {HTMLInputElement} */
export function input(attributes = {}) {
    return h('input', { class: 'cinput', autocomplete: 'off', spellcheck: 'false', ...attributes });
}

/** @param {Record<string, any>} [attributes] @returns {HTMLTextAreaElement} */
export function area(attributes = {}) {
    return h('textarea', { class: 'cinput', rows: 2, ...attributes });
}

/** @param {[string, string][]} options value and words @param {string} [chosen] @returns {HTMLSelectElement} */
export function choice(options, chosen) {
    const select = h('select', { class: 'cinput' }, ...options.map(([value, text]) => h('option', { value, text })));
    if (chosen !== undefined) select.value = chosen;
    return select;
}

/** A switch with its words. @param {string} words @param {boolean} on @param {(on: boolean) => void} change */
export function toggle(words, on, change) {
    const box = h('input', { type: 'checkbox', role: 'switch', class: 'switch', change: () => change(box.checked) });
    box.checked = on;
    return { box, element: h('label', { class: 'crow-switch' }, h('span', { text: words }), box) };
}

/**
 * A dialog with a form; `make` gives the fields and what they say.
 * @template T
 * @param {string} title
 * @param {() => {fields: (Node|null)[], read: () => T|null, yes?: string, danger?: boolean}} make `read` gives null while something is missing
 * @returns {Promise<T|null>} null when the person thinks better of it
 */
export function ask(title, make) {
    return new Promise((resolve) => {
        const { fields, read, yes = t('do.yes'), danger = false } = make();
        const before = /** @type {HTMLElement|null} */ (document.activeElement);
        const wrong = h('p', { class: 'wrong', role: 'alert' });
        /** @type {T|null} */
        let answer = null;
        const id = `ask-${(serial += 1)}`;
        const form = h('form', { class: 'cform', method: 'dialog', novalidate: true }, ...fields.filter(Boolean), wrong, h('div', { class: 'dialog-actions' },
            h('button', { type: 'button', class: 'button', text: t('do.no'), click: () => dialog.close() }),
            h('button', { type: 'submit', class: `button ${danger ? 'danger' : 'primary'}`, text: yes })));
        const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id }, h('h2', { id, text: title }), form);
        form.addEventListener('submit', (/** @type {Event} */ event) => {
            event.preventDefault();
            answer = read();
            if (answer === null) wrong.textContent = t('form.missing');
            else dialog.close();
        });
        dialog.addEventListener('close', () => {
            dialog.remove();
            if (before?.isConnected) before.focus();
            resolve(answer);
        });
        document.body.append(dialog);
        dialog.showModal();
        const first = form.querySelector('input, textarea, select');
        (first ?? form.querySelector('[type=submit]'))?.focus();
    });
}

/**
 * Asks why something hard is done.
 * @param {string} title @param {string} words @param {string} label @param {string} yes
 * @returns {Promise<{reason: string}|null>} null when the person thinks better of it
 */
export function askReason(title, words, label, yes) {
    return ask(title, () => {
        const reason = area({ maxlength: 300 });
        return { fields: [h('p', { text: words }), field(label, reason)], read: () => (reason.value.trim() ? { reason: reason.value.trim() } : null), yes, danger: true };
    });
}

/** @param {string} title @param {string} words @param {string} yes @param {boolean} [danger] @returns {Promise<boolean>} */
export async function confirm(title, words, yes, danger = true) {
    return (await ask(title, () => ({ fields: [h('p', { text: words })], read: () => true, yes, danger }))) === true;
}

/**
 * Calls `save` when typing has paused, and at once when the field is left.
 * @param {HTMLInputElement|HTMLTextAreaElement} control
 * @param {() => void} save
 */
export function autosave(control, save) {
    const PAUSE_MS = 1200;
    /** @type {number|undefined} */
    let timer;
    const now = () => {
        clearTimeout(timer);
        timer = undefined;
        save();
    };
    control.addEventListener('input', () => {
        clearTimeout(timer);
        timer = setTimeout(now, PAUSE_MS);
    });
    control.addEventListener('change', now);
}
