// The invitations of whoever is signed in: what waits for an answer first.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { answerBox } from '../answer-box.js';
import { get } from '../api.js';
import { dayWords, now, timeWords } from '../times.js';
import { chip, empty, fill, pageHead, toast } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.invitations'));
    const place = h('div');
    main.append(pageHead(t('nav.invitations'), { eyebrow: t('invitations.eyebrow'), help: 'help.invitations' }), place);
    const load = () => fill(place, () => get('/api/my/invitations', { signal }), ({ invitations }) => {
        const at = now();
        const coming = invitations.filter((/** @type {any} */ one) => one.end >= at).sort((/** @type {any} */ a, /** @type {any} */ b) => a.start.localeCompare(b.start));
        const past = invitations.filter((/** @type {any} */ one) => one.end < at).sort((/** @type {any} */ a, /** @type {any} */ b) => b.start.localeCompare(a.start));
        const waiting = coming.filter((/** @type {any} */ one) => one.answer === 'none' && one.state !== 'cancelled');
        const rest = coming.filter((/** @type {any} */ one) => !waiting.includes(one));
        if (!invitations.length) return empty(t('invitations.none'));
        return [group(t('invitations.waiting'), waiting, t('invitations.waiting.none')), rest.length ? group(t('invitations.answered'), rest, '') : null,
            past.length ? h('details', { class: 'fold' }, h('summary', { text: t('invitations.past', { n: past.length }) }), group('', past, '')) : null].filter((one) => one !== null);
    });
    /** @param {string} name @param {any[]} list @param {string} none */
    function group(name, list, none) {
        return h('section', { class: 'letters' }, name ? h('h2', { text: `${name} (${together(list).length})` }) : null,
            list.length ? h('ul', {}, ...together(list).map(([first, ...rest]) => letter(first, rest))) : h('p', { class: 'fine', text: none }));
    }
    /** The meetings of one series for one site are one invitation. @param {any[]} list @returns {any[][]} */
    function together(list) {
        const groups = new Map();
        for (const one of list) {
            const key = one.recurring ? `${one.title} ${one.site?.id}` : `${one.occurrence} ${one.site?.id}`;
            groups.set(key, [...(groups.get(key) ?? []), one]);
        }
        return [...groups.values()];
    }
    /** @param {any} one @param {any[]} rest the later meetings of the same series */
    function letter(one, rest) {
        const day = one.start.slice(0, 10);
        const open = one.end >= now() && one.state !== 'cancelled';
        return h('li', { class: `letter ${one.state}` },
            h('div', { class: 'letter-date' }, h('span', { text: dayWords(day).split(' ').slice(0, -1).join(' ') }), h('b', { text: String(Number(day.slice(8))) }), h('span', { text: `${day.slice(5, 7)}/${day.slice(0, 4)}` })),
            h('div', { class: 'letter-words' },
                h('p', { class: 'letter-title' }, h('a', { href: `/phien/${one.occurrence}`, text: one.title }), ' ', one.state === 'cancelled' ? chip(t('state.cancelled'), 'bad') : one.answer !== 'none' ? chip(t(`answer.${one.answer}`), one.answer === 'decline' ? 'bad' : 'good') : null),
                h('p', { class: 'fine', text: [`${timeWords(one.start)} ${t('to')} ${timeWords(one.end)}`, one.organiser?.name ?? one.organiser, one.site ? t('answer.for.name', { name: one.site.name }) : '', one.papers ? t('papers.n', { n: one.papers }) : ''].filter(Boolean).join(' · ') }),
                rest.length ? h('details', { class: 'fold' }, h('summary', { text: t('invitations.later', { n: rest.length }) }), h('ul', { class: 'later' }, ...rest.map((other) => h('li', {}, h('a', { href: `/phien/${other.occurrence}`, text: dayWords(other.start.slice(0, 10)) }))))) : null),
            open ? answerBox({
                answer: one.answer, label: `${one.title}, ${dayWords(day)}`, path: `/api/occurrences/${one.occurrence}/answer`, extra: { site: one.site?.id ?? null }, recurring: one.recurring === true,
                done: (answer) => {
                    toast(t(`answered.${answer}`));
                    void load();
                },
            }) : null);
    }
    await load();
}
