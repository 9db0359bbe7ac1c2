// Convening in an emergency (triệu tập khẩn): the form that rings, and the list of who has answered.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from '../api.js';
import { clockOf, provinceTime } from '../clock.js';
import { emergencyForm } from '../emergency-form.js';
import { emergencyList } from '../emergency-list.js';
import { dayWords } from '../times.js';
import { chip, pageHead } from '../ui.js';

/** @param {any} one a line of /api/emergencies */
function line(one) {
    return h('li', {}, h('a', { href: `/trieu-tap/${one.occurrence}`, text: one.title }), ' ',
        one.active ? chip(t('emergency.ringing'), 'bad') : null,
        h('span', { class: 'fine', text: `${clockOf(one.raisedAt)}, ${dayWords(provinceTime(one.raisedAt))} · ${t('emergency.come', { n: one.counts.joined, of: one.counts.sites })}` }));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, me, go, title, signal }) {
    title(t('nav.emergency'));
    if (params.id) {
        const found = await get(`/api/emergencies/${params.id}`, { signal });
        title(found.title);
        main.append(emergencyList(found, signal));
        return;
    }
    const { emergencies } = await get('/api/emergencies', { signal });
    const active = emergencies.filter((/** @type {any} */ one) => one.active);
    const past = emergencies.filter((/** @type {any} */ one) => !one.active);
    main.append(
        pageHead(t('emergency.title'), { eyebrow: t('emergency.eyebrow'), help: 'help.emergency' }),
        active.length ? h('section', { class: 'card emergency-active' }, h('h2', { text: t('emergency.active') }), h('ul', { class: 'emergency-lines' }, ...active.map(line))) : '',
        emergencyForm(me, go),
        past.length ? h('details', { class: 'fold' }, h('summary', { text: t('emergency.past', { n: past.length }) }), h('ul', { class: 'emergency-lines' }, ...past.map(line))) : '');
}
