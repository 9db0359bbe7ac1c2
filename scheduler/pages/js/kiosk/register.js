// The first thing that a new device shows: a field for the token of its site.
import { byId } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { tokenIn } from './setup.js';

/** A scanner types fast, and often presses Enter by itself. @type {((token: string) => void)|null} */
let onToken = null;

/** @param {string} words empty for none */
function complain(words) {
    byId('register-trouble').textContent = words;
    byId('register-trouble').hidden = !words;
    byId('token').setAttribute('aria-invalid', String(Boolean(words)));
}

/**
 * @param {(token: string) => void} taken called with what has the form of a token
 * @param {string} [trouble] why the token is asked for again
 */
export function askForToken(taken, trouble = '') {
    onToken = taken;
    if (!byId('register').hidden) return;
    byId('register').hidden = false;
    byId('token').value = '';
    complain(trouble);
    byId('token').focus();
}

export function hideRegister() {
    byId('register').hidden = true;
}

byId('register-form').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const token = tokenIn(byId('token').value);
    if (!token) {
        complain(t('kiosk.register.wrong'));
        byId('token').focus();
        return;
    }
    complain('');
    onToken?.(token);
});
