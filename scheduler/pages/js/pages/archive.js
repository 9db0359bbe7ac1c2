// The archive: recordings of the meetings that one may read, found by words and days, the newest first.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { dateInput, field } from '../forms.js';
import { stateChip } from '../recordings-part.js';
import { searchBox } from '../table.js';
import { lengthWords, minutesBetween, momentWords } from '../times.js';
import { button, during, empty, fill, pageHead } from '../ui.js';

/** @param {any} line */
const found = ({ meeting, recording }) => h('li', { class: 'found' },
    icon('films'),
    h('div', {},
        h('p', { class: 'found-head' },
            h('a', { class: 'found-link', href: `/phien/${meeting.id}?ban-ghi=${recording.number}`, text: meeting.title }), stateChip(recording)),
        h('p', { class: 'fine' }, [
            momentWords(recording.started), recording.ended ? lengthWords(minutesBetween(recording.started, recording.ended)) : '',
            meeting.organiser.name, recording.number > 1 ? t('film.title', { n: recording.number }) : '',
        ].filter(Boolean).join(' · '))));

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal, query }) {
    title(t('archive.title'));
    const wanted = { q: query.get('q') ?? '', from: query.get('from') ?? '', to: query.get('to') ?? '' };
    const place = h('div', { class: 'found-place' });
    const find = searchBox(t('archive.words'), (text) => { wanted.q = text; void load(); }, { value: wanted.q, wait: 250 });
    find.box.maxLength = 200;
    const from = dateInput(wanted.from, (day) => { wanted.from = day ?? ''; void load(); });
    const to = dateInput(wanted.to, (day) => { wanted.to = day ?? ''; void load(); });

    async function load() {
        history.replaceState(null, '', `/luu-tru${toQuery(wanted)}`);
        const asked = { ...wanted };
        await fill(place, () => get(`/api/recordings${toQuery(asked)}`, { signal }), (answer) => {
            // What was typed meanwhile has its own answer.
            if (asked.q !== wanted.q || asked.from !== wanted.from || asked.to !== wanted.to) return undefined;
            if (!answer.recordings.length) return empty(t('none.found'), h('p', { class: 'fine', text: t('archive.none') }));
            const list = h('ol', { class: 'found-list', 'aria-label': t('archive.title') }, ...answer.recordings.map(found));
            let next = answer.next;
            const more = button(t('search.more'), {
                icon: 'down',
                click: () => during(more, async () => {
                    const later = await get(`/api/recordings${toQuery({ ...asked, cursor: next })}`, { signal });
                    list.append(...later.recordings.map(found));
                    next = later.next;
                    if (!next) more.replaceWith(h('p', { class: 'fine', text: t('search.end') }));
                }),
            });
            return [h('section', { class: 'card flush' }, list), next ? h('div', { class: 'more' }, more) : h('span')];
        });
    }
    main.append(pageHead(t('archive.title'), { eyebrow: t('archive.eyebrow'), help: 'help.archive' }),
        h('div', { class: 'found-tools' }, find, h('div', { class: 'found-days' }, field('from', t('from'), from, { optional: true }), field('to', t('until'), to, { optional: true }))), place);
    await load();
}
