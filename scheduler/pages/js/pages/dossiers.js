// Dossiers that were brought in from other servers: found by their title, read as they were.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { cell, numberCell, searchBox, table } from '../table.js';
import { momentWords } from '../times.js';
import { empty, fill, linkButton, pageHead } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('dossier.list'));
    const place = h('div');
    /** @param {string} [q] */
    const load = (q = '') => fill(place, () => get(`/api/dossiers${toQuery({ q })}`, { signal }), ({ dossiers }) =>
        h('div', { class: 'card flush' }, dossiers.length ? table(t('dossier.list'), ['dossier.name', 'dossier.when', 'dossier.files', 'dossier.brought', ''], [h('tbody', {}, ...dossiers.map((/** @type {any} */ one) => h('tr', {},
            h('th', { scope: 'row' }, h('a', { href: `/ho-so/nhap/${one.id}`, text: one.title }), h('small', { text: one.organiser })),
            h('td', { class: 'moment', 'data-label': t('dossier.when'), text: momentWords(one.start) }), numberCell('dossier.files', one.files),
            cell('dossier.brought', momentWords(one.imported)),
            h('td', {}, linkButton('ZIP', `/api/dossiers/${one.id}/dossier.zip`, { icon: 'down', small: true, download: '', 'aria-label': `ZIP: ${one.title}` })))))]) : empty(t('dossier.none'))));
    main.append(pageHead(t('dossier.list'), { eyebrow: t('dossier.list.eyebrow'), help: 'help.dossiers' }),
        h('div', { class: 'list-tools' }, searchBox(t('dossier.find'), (text) => void load(text), { wait: 250 })), place);
    await load();
}
