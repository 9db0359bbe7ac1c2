// What a meeting's page has of readiness: the way to the board, and the check of one's own site.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { addMinutes, now } from './times.js';
import { button, linkButton } from './ui.js';

/** Technicians are at their sites an hour before (design §2). */
const BEFORE_MINUTES = 60;

/** @param {any} one @param {any} me */
export function readinessPart(one, me) {
    const at = now();
    if (one.state !== 'planned' || one.form === 'in-person' || at < addMinutes(one.start, -BEFORE_MINUTES) || at > one.end) return null;
    // Who sees a technician of it is who sees the board.
    const board = one.invitees.some((/** @type {any} */ row) => row.technician);
    const here = new Set([me.person.unit.id, ...me.roles.map((/** @type {any} */ role) => role.unit.id)]);
    const sites = me.roles.length ? one.invitees.filter((/** @type {any} */ row) => row.site && here.has(row.unit)).map((/** @type {any} */ row) => ({ id: row.site, name: row.name })) : [];
    if (!board && !sites.length) return null;
    return h('div', { class: 'readiness-part' },
        board ? linkButton(t('readiness.open'), `/san-sang/${one.id}`, { icon: 'chart' }) : null,
        sites.length ? button(t('check.do'), { icon: 'check', click: async () => (await import('./check-dialog.js')).askCheck(one, sites) }) : null);
}
