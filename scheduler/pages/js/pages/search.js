// Search: papers and their pages, agendas, minutes and meetings that have some words, of what one may read.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { dateInput, field } from '../forms.js';
import { searchBox } from '../table.js';
import { momentWords } from '../times.js';
import { button, chip, during, empty, fill, notice, pageHead } from '../ui.js';

const SIGNS = { page: 'paper', paper: 'paper', agenda: 'agenda', minutes: 'decisions', meeting: 'calendar' };

/** A text with what was found marked; never read as HTML. @param {{text: string, hit: boolean}[]} parts */
const marked = (parts) => parts.map(({ text, hit }) => (hit ? h('mark', { text }) : text));

/** @param {any} line */
function result(line) {
    const outside = !['/phien/', '/bien-ban/', '/tai-lieu/'].some((path) => line.url.startsWith(path));
    const href = line.url.startsWith('/tai-lieu/') ? `${line.url}${line.url.includes('?') ? '&' : '?'}phien=${line.meeting.id}` : line.url;
    const words = line.paper ? line.paper.title : line.meeting.title;
    return h('li', { class: 'found' },
        icon(/** @type {any} */ (SIGNS)[line.kind]),
        h('div', {},
            h('p', { class: 'found-head' },
                h('a', { class: 'found-link', href, ...(outside ? { target: '_blank', rel: 'noopener' } : {}) }, words, line.page ? `, ${t('search.page', { n: line.page })}` : ''),
                chip(t(`search.kind.${line.kind}`), line.kind === 'minutes' ? 'jade' : line.kind === 'meeting' ? 'good' : ''),
                line.exact ? null : chip(t('search.loose'), 'warn')),
            line.snippet.parts.length ? h('p', { class: 'found-text' }, ...marked(line.snippet.parts)) : null,
            h('p', { class: 'fine' }, h('a', { href: `/phien/${line.meeting.id}`, text: line.meeting.title }), ` · ${momentWords(line.meeting.start)} · ${line.meeting.organiser.name}`)));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal, query }) {
    title(t('search.title'));
    const wanted = { q: query.get('q') ?? '', from: query.get('from') ?? '', to: query.get('to') ?? '' };
    const place = h('div', { class: 'found-place' });
    const find = searchBox(t('search.words'), (text) => { wanted.q = text; void load(); }, { value: wanted.q, wait: 250 });
    find.box.toggleAttribute('autofocus', true);
    find.box.maxLength = 200;
    const from = dateInput(wanted.from, (day) => { wanted.from = day ?? ''; void load(); });
    const to = dateInput(wanted.to, (day) => { wanted.to = day ?? ''; void load(); });

    async function load() {
        history.replaceState(null, '', `/tim-kiem${toQuery(wanted)}`);
        if (!wanted.q) return place.replaceChildren(notice('plain', t('search.hint')));
        const asked = { ...wanted };
        await fill(place, () => get(`/api/search${toQuery(asked)}`, { signal }), (found) => {
            // What was typed meanwhile has its own answer.
            if (asked.q !== wanted.q || asked.from !== wanted.from || asked.to !== wanted.to) return undefined;
            if (!found.results.length) return empty(t('none.found'), h('p', { class: 'fine', text: t('search.none') }));
            const list = h('ol', { class: 'found-list', 'aria-label': t('search.results') }, ...found.results.map(result));
            let next = found.next;
            const more = button(t('search.more'), {
                icon: 'down',
                click: () => during(more, async () => {
                    const later = await get(`/api/search${toQuery({ ...asked, cursor: next })}`, { signal });
                    list.append(...later.results.map(result));
                    next = later.next;
                    if (!next) more.replaceWith(h('p', { class: 'fine', text: t('search.end') }));
                }),
            });
            return [h('section', { class: 'card flush' }, list), next ? h('div', { class: 'more' }, more) : h('span')];
        });
    }
    main.append(pageHead(t('search.title'), { eyebrow: t('search.eyebrow'), help: 'help.search' }),
        h('div', { class: 'found-tools' }, find, h('div', { class: 'found-days' }, field('from', t('from'), from, { optional: true }), field('to', t('until'), to, { optional: true }))), place);
    await load();
}
