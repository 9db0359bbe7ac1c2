// Papers on their way of approval: what waits for whoever is signed in, what is under way, what is over.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from '../api.js';
import { dueChip, stateChip } from '../approval-words.js';
import { momentWords } from '../times.js';
import { empty, fill, pageHead } from '../ui.js';

/** @param {any} one */
const line = (one) => h('li', { class: 'approval-line' },
    h('div', { class: 'approval-line-words' },
        h('p', { class: 'approval-title' }, h('a', { href: `/ky-duyet/${one.id}`, text: one.title }), ' ', stateChip(one), ' ', dueChip(one.due, one.isLate)),
        h('p', { class: 'fine', text: [one.organiser, t('approval.by', { name: one.owner }), one.round > 1 ? t('approval.round', { n: one.round }) : ''].filter(Boolean).join(' · ') })),
    h('div', { class: 'approval-line-side' },
        one.waiting.length ? h('span', { text: t('approval.waits', { names: one.waiting.join(', ') }) }) : null,
        h('span', { class: 'fine', text: momentWords(one.changedAt) })));

/** @param {string} name @param {any[]} list @param {string} none */
const group = (name, list, none) => h('section', { class: 'card' }, h('h2', { text: `${name} (${list.length})` }),
    list.length ? h('ul', { class: 'approval-list' }, ...list.map(line)) : h('p', { class: 'fine', text: none }));

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.approvals'));
    const place = h('div', { class: 'stack' });
    main.append(pageHead(t('nav.approvals'), { eyebrow: t('approvals.eyebrow'), help: 'help.approvals' }), place);
    await fill(place, () => get('/api/approvals', { signal }), ({ waiting, underWay, done }) => {
        if (!waiting.length && !underWay.length && !done.length) return empty(t('approvals.none'));
        return [group(t('approvals.waiting'), waiting, t('approvals.waiting.none')), group(t('approvals.underway'), underWay, t('approvals.underway.none')),
            done.length ? h('details', { class: 'fold' }, h('summary', { text: t('approvals.done', { n: done.length }) }), h('ul', { class: 'approval-list' }, ...done.map(line))) : null].filter((one) => one !== null);
    });
}
