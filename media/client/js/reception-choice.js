// Two switches, in the lobby and in the call: hear only, and save data. What is chosen is remembered.
import { h } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { reception, remember } from './settings.js';

/** @typedef {import('./settings.js').Reception} Reception */

/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} listener called after each choice, wherever it was made */
export function onReception(listener) {
    listeners.add(listener);
}

/** @param {Reception} mode */
function chooseReception(mode) {
    if (mode === reception()) return;
    remember('reception', mode);
    for (const listener of listeners) listener();
}

/** @param {HTMLElement} place gets the switches */
export function placeSwitches(place) {
    /** @type {[Exclude<Reception, 'full'>, HTMLInputElement, HTMLElement, HTMLElement][]} */
    const rows = (/** @type {const} */ (['audio', 'saver'])).map((mode) => {
        const id = `${place.id}-${mode}`;
        const box = h('input', { type: 'checkbox', role: 'switch', class: 'switch', id, 'aria-describedby': `${id}-words` });
        const title = h('strong');
        const words = h('span', { id: `${id}-words` });
        box.addEventListener('change', () => chooseReception(box.checked ? mode : 'full'));
        place.append(h('label', { class: 'switch-row', for: id }, h('span', { class: 'switch-words' }, title, words), box));
        return [mode, box, title, words];
    });
    const draw = () => {
        for (const [mode, box, title, words] of rows) {
            box.checked = reception() === mode;
            title.textContent = t(`receive.${mode}`);
            words.textContent = t(`receive.${mode}.words`);
        }
    };
    onLanguage(draw);
    onReception(draw);
    draw();
}
