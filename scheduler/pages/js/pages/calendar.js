// The week's calendar of work: days beside each other, or the sheet that the office prints.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { recall, remember } from '/assets/js/settings.js';
import { get, query as toQuery } from '../api.js';
import { directory } from '../directory.js';
import { select } from '../forms.js';
import { addDays, monday, shortTime, showDay, spanWords, today, weekdayWords, weekNumber } from '../times.js';
import { button, fill, linkButton, pageHead } from '../ui.js';
import { invitedWords, marks, weekSheet } from '../week-sheet.js';

const NOON = '12:00';
const EVENING = '17:30';
/** @param {string} start */
const halfOf = (start) => (start.slice(11) < NOON ? 'morning' : start.slice(11) < EVENING ? 'afternoon' : 'evening');

/** @param {any} one */
function card(one) {
    return h('a', {
        class: `meeting ${one.state}${one.invited ? ' invited' : ''} ${one.form}`, href: `/phien/${one.id}`,
        'aria-label': [one.title, spanWords(one.start, one.end), one.state === 'cancelled' ? t('state.cancelled') : '', one.invited ? invitedWords(one) : ''].filter(Boolean).join(', '),
    },
    h('span', { class: 'meeting-time' }, `${shortTime(one.start)}–${shortTime(one.end)}`, one.recurring ? icon('repeat') : null),
    h('span', { class: 'meeting-title', text: one.title }),
    h('span', { class: 'meeting-more', text: [one.chair, one.sites ? t('cal.sites', { n: one.sites }) : '', one.venue].filter(Boolean).join(' · ') }),
    marks(one).length ? h('span', { class: 'meeting-marks' }, ...marks(one)) : null);
}

/** @param {{days: any[], occurrences: any[]}} week */
function columns({ days, occurrences }) {
    const halves = ['morning', 'afternoon'];
    if (occurrences.some((one) => halfOf(one.start) === 'evening')) halves.push('evening');
    const grid = h('div', { class: 'week', role: 'table', 'aria-label': t('cal.title') });
    const head = h('div', { class: 'week-row', role: 'row' }, h('div', { class: 'week-corner', role: 'columnheader' }, h('span', { class: 'visually-hidden', text: t('cal.half') })));
    for (const day of days) {
        head.append(h('div', {
            class: `week-day${day.date === today() ? ' today' : ''}${day.working ? '' : ' off'}`, role: 'columnheader',
        }, h('span', { class: 'week-name', text: weekdayWords(day.date) }),
        h('span', { class: 'week-date' }, h('b', { text: String(Number(day.date.slice(8))) }), `/${Number(day.date.slice(5, 7))}`),
        day.date === today() ? h('span', { class: 'visually-hidden', text: t('cal.today') }) : null,
        day.holiday ? h('span', { class: 'holiday', text: day.holiday }) : null));
    }
    grid.append(head);
    for (const half of halves) {
        const row = h('div', { class: 'week-row', role: 'row' }, h('div', { class: 'week-half', role: 'rowheader', text: t(`half.${half}`) }));
        for (const day of days) {
            const cards = occurrences.filter((one) => one.start.slice(0, 10) === day.date && halfOf(one.start) === half).map(card);
            row.append(h('div', { class: `week-cell${day.date === today() ? ' today' : ''}${day.working ? '' : ' off'}`, role: 'cell' },
                ...cards));
        }
        grid.append(row);
    }
    return grid;
}

/** Where seven columns cannot be read, the days follow each other; halves without a meeting are left out. @param {{days: any[], occurrences: any[]}} week */
function stack({ days, occurrences }) {
    return h('div', { class: 'week stacked' }, ...days.map((day) => {
        const mine = occurrences.filter((one) => one.start.slice(0, 10) === day.date);
        if (!mine.length && !day.holiday && day.date !== today()) return null;
        return h('section', { class: `stacked-day${day.date === today() ? ' today' : ''}` },
            h('h2', {}, `${weekdayWords(day.date)} ${Number(day.date.slice(8))}/${Number(day.date.slice(5, 7))}`, day.date === today() ? h('span', { class: 'fine', text: ` · ${t('cal.today')}` }) : null, day.holiday ? h('span', { class: 'holiday', text: day.holiday }) : null),
            ...(mine.length ? mine.map(card) : [h('p', { class: 'fine', text: t('cal.none') })]));
    }).filter(Boolean));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, query, me, title, signal }) {
    let start = monday(/^\d{4}-\d\d-\d\d$/.test(query.get('tuan') ?? '') ? /** @type {string} */ (query.get('tuan')) : today());
    let unit = query.get('don-vi') ?? '';
    let view = recall('calendar.view', 'week') === 'list' ? 'list' : 'week';
    title(t('cal.title'));

    const heading = h('span');
    const place = h('div', { class: 'calendar', 'data-view': view });
    const pdf = linkButton('PDF', '#', { icon: 'down', small: true, download: '' });
    const units = select([['', t('cal.all-units')]], unit, { 'aria-label': t('cal.unit'), class: 'select small' });
    units.addEventListener('change', () => {
        unit = units.value;
        void load();
    });
    directory().then((book) => {
        units.append(...book.units.filter((one) => one.kind !== 'commune' || String(one.id) === unit).map((one) => h('option', { value: one.id, text: one.name })));
        units.value = unit;
    }).catch(() => null);
    const views = h('div', { class: 'segments', role: 'group', 'aria-label': t('cal.view') });
    for (const name of ['week', 'list']) {
        views.append(h('button', {
            type: 'button', 'aria-pressed': String(view === name), 'data-view-of': name, text: t(`cal.view.${name}`),
            click: () => {
                view = name;
                remember('calendar.view', name);
                place.dataset.view = name;
                for (const one of views.children) one.setAttribute('aria-pressed', String(one.getAttribute('data-view-of') === name));
            },
        }));
    }
    const step = (/** @type {number} */ weeks) => {
        start = weeks ? addDays(start, weeks * 7) : monday(today());
        void load();
    };
    const bar = h('div', { class: 'cal-bar' },
        h('div', { class: 'cal-steps' },
            button(t('cal.previous'), { icon: 'left', bare: true, click: () => step(-1) }),
            button(t('cal.today'), { small: true, click: () => step(0) }),
            button(t('cal.next'), { icon: 'right', bare: true, click: () => step(1) })),
        h('p', { class: 'cal-range', role: 'status' }, heading), h('span', { class: 'spacer' }), units, views,
        button(t('print'), { icon: 'print', kind: 'print', small: true, click: () => print() }), pdf);

    const narrow = matchMedia('(max-width: 860px)');
    /** The week in the shape that this width bears, drawn again when a window or a telephone is turned. @param {any} week */
    function slot(week) {
        let shown = narrow.matches ? stack(week) : columns(week);
        narrow.onchange = () => {
            const next = narrow.matches ? stack(week) : columns(week);
            shown.replaceWith(next);
            shown = next;
        };
        return shown;
    }
    async function load() {
        const end = addDays(start, 6);
        heading.textContent = t('cal.range', { week: weekNumber(start), from: showDay(start), to: showDay(end) });
        const values = { from: start, to: end, unit };
        pdf.href = `/api/calendar.pdf${toQuery(values)}`;
        const address = toQuery({ tuan: start === monday(today()) ? '' : start, 'don-vi': unit });
        history.replaceState(null, '', `/${address}`);
        await fill(place, () => get(`/api/calendar${toQuery(values)}`, { signal }), (week) => [
            slot(week),
            weekSheet(week, { province: me.province, unit: unit ? units.selectedOptions[0]?.textContent ?? '' : '', start, end }),
            week.occurrences.length ? null : h('div', { class: 'state empty calm' }, h('p', { text: t('cal.empty') }),
                me.may.includes('series.create') ? linkButton(t('nav.book'), '/dat-lich', { icon: 'plus', kind: 'primary' }) : null),
        ].filter(Boolean));
    }
    // A page with nothing but the calendar in focus turns with the arrow keys, as paper would.
    main.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || /** @type {any} */ (event.target).matches('select, input')) return;
        if (event.key === 'PageDown' && event.shiftKey) step(1);
        else if (event.key === 'PageUp' && event.shiftKey) step(-1);
    });
    main.append(pageHead(t('cal.title'), {
        eyebrow: me.province, help: 'help.calendar',
        actions: [me.may.includes('series.create') ? linkButton(t('nav.book'), '/dat-lich', { icon: 'plus', kind: 'primary' }) : null],
    }), bar, place);
    await load();
}
