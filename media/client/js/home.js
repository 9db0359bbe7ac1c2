// The start page: a room's name leads to its call page.
import { byId, fillIcons } from './dom.js';
import { startLanguage } from './i18n.js';

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;

/** @param {boolean} wrong */
function complain(wrong) {
    byId('room-wrong').hidden = !wrong;
    byId('room').setAttribute('aria-invalid', String(wrong));
}

byId('room').addEventListener('input', () => complain(false));
byId('go').addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    const room = byId('room').value.trim();
    if (ROOM.test(room)) {
        location.assign(`/r/${room}`);
        return;
    }
    complain(true);
    byId('room').focus();
});

fillIcons();
await startLanguage();
