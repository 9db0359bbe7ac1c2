// The archive: recordings of the meetings that one may read, the newest first; found by words, days, series, unit and who spoke.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { get, query as toQuery } from '../api.js';
import { combobox } from '../combobox.js';
import { directory } from '../directory.js';
import { clockWords } from '../film-times.js';
import { dateInput, field } from '../forms.js';
import { keepingChip, keepingWords } from '../recording-keeping.js';
import { stateChip } from '../recordings-part.js';
import { searchBox } from '../table.js';
import { lengthWords, minutesBetween, momentWords } from '../times.js';
import { button, during, empty, fill, linkButton, pageHead } from '../ui.js';

/** Where in the film it is that was asked for. @param {string} address @param {any} moment */
const foundMoment = (address, { kind, start, text }) => h('li', {}, h('a', { href: `${address}&luc=${Math.floor(start / 1000)}` },
    icon(kind === 'voice' ? 'mic' : kind === 'page' ? 'paper' : 'agenda'), h('span', { class: 'film-time', text: clockWords(start / 1000) }), h('span', { text })));

/** @param {any} line */
function found({ meeting, recording, moments }) {
    const address = `/phien/${meeting.id}?ban-ghi=${recording.number}`;
    return h('li', { class: 'found' },
        icon('films'),
        h('div', {},
            h('p', { class: 'found-head' }, h('a', { class: 'found-link', href: address, text: meeting.title }), stateChip(recording), keepingChip(recording)),
            h('p', { class: 'fine' }, [
                momentWords(recording.started), recording.ended ? lengthWords(minutesBetween(recording.started, recording.ended)) : '',
                meeting.organiser.name, keepingWords(recording.retention), recording.number > 1 ? t('film.title', { n: recording.number }) : '',
            ].filter(Boolean).join(' · ')),
            moments.length ? h('ul', { class: 'found-moments', 'aria-label': t('archive.moments') }, ...moments.map((/** @type {any} */ moment) => foundMoment(address, moment))) : null));
}

/**
 * A field to choose one of some by name.
 * @param {'series'|'unit'} name @param {() => Promise<{id: number, name: string}[]>} all @param {string} chosen @param {(id: string) => void} changed
 */
async function chooser(name, all, chosen, changed) {
    const known = chosen ? (await all().catch(() => [])).find((one) => String(one.id) === chosen) : null;
    const box = combobox({
        chosen: known ?? null, placeholder: t('archive.any'), changed: (choice) => changed(choice ? String(choice.id) : ''),
        find: async (text) => (await all()).filter((one) => plainWords(one.name).includes(plainWords(text))),
    });
    return field(name, t(`archive.${name}`), box);
}

/** The series of which there are recordings that one may read, also those that are over. */
async function seriesChoices() {
    const { series } = await get('/api/recordings/series');
    return series.map((/** @type {any} */ one) => ({ id: one.id, name: one.title, more: one.organiser?.name }));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, me, title, signal, query }) {
    title(t('archive.title'));
    /** @type {Record<string, string>} */
    const wanted = Object.fromEntries(['q', 'speaker', 'series', 'unit', 'from', 'to'].map((key) => [key, query.get(key) ?? '']));
    const place = h('div', { class: 'found-place' });
    /** @param {string} key */
    const set = (key) => (/** @type {string|null} */ value) => {
        wanted[key] = value ?? '';
        void load();
    };
    const find = searchBox(t('archive.words'), set('q'), { value: wanted.q, wait: 250 });
    const speaker = searchBox(t('archive.speaker'), set('speaker'), { value: wanted.speaker, wait: 250 });
    for (const { box } of [find, speaker]) {
        box.maxLength = 200;
        // Its label stands above it.
        box.placeholder = '';
    }

    async function load() {
        history.replaceState(null, '', `/luu-tru${toQuery(wanted)}`);
        const asked = { ...wanted };
        await fill(place, () => get(`/api/recordings${toQuery(asked)}`, { signal }), (answer) => {
            // What was typed meanwhile has its own answer.
            if (Object.keys(wanted).some((key) => asked[key] !== wanted[key])) return undefined;
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
    const [series, unit] = await Promise.all([
        chooser('series', seriesChoices, wanted.series, set('series')),
        chooser('unit', async () => (await directory()).units, wanted.unit, set('unit')),
    ]);
    main.append(pageHead(t('archive.title'), { eyebrow: t('archive.eyebrow'), help: 'help.archive', actions: [me.may.includes('records.keep') ? linkButton(t('keeping.title'), '/luu-tru/thoi-han', { icon: 'calendar' }) : null] }),
        h('div', { class: 'found-tools archive-tools', role: 'search', 'aria-label': t('archive.title') }, field('q', t('archive.words'), find), field('speaker', t('archive.speaker'), speaker),
            series, unit, field('from', t('from'), dateInput(wanted.from, set('from'))), field('to', t('until'), dateInput(wanted.to, set('to')))), place);
    await load();
}
