// The week as the office's sheet has it: one table of days, mornings and afternoons; on paper and as the list view.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { shortTime, showDay, today, weekdayWords } from './times.js';

/** @param {any} one a meeting to which one is invited */
export const invitedWords = (one) => t((one.answer ?? 'none') === 'none' ? 'cal.invited' : `answer.${one.answer}`);

/** What marks a meeting beyond its time and title. @param {any} one @returns {Node[]} */
export function marks(one) {
    if (one.state === 'cancelled') return [h('span', { class: 'tag bad', text: t('state.cancelled') })];
    return one.invited ? [h('span', { class: `tag ${(one.answer ?? 'none') === 'none' ? 'warn' : 'good'}`, text: invitedWords(one) })] : [];
}

/**
 * @param {{days: any[], occurrences: any[]}} week
 * @param {{province: string, unit: string, start: string, end: string}} head
 */
export function weekSheet({ days, occurrences }, { province, unit, start, end }) {
    const body = h('tbody');
    for (const day of days) {
        const halves = [
            ['morning', occurrences.filter((one) => one.start.slice(0, 10) === day.date && one.start.slice(11) < '12:00')],
            ['afternoon', occurrences.filter((one) => one.start.slice(0, 10) === day.date && one.start.slice(11) >= '12:00')],
        ];
        const lines = halves.map(([, list]) => Math.max(1, list.length));
        // A day off without a meeting takes one line of the sheet.
        const idle = !day.working && halves.every(([, list]) => !list.length);
        let first = true;
        for (const [index, [half, list]] of halves.entries()) {
            if (idle && index) break;
            for (const [place, one] of (list.length ? list : [null]).entries()) {
                const row = h('tr', { class: [day.working ? '' : 'off', day.date === today() ? 'today' : '', first ? 'first' : ''].filter(Boolean).join(' ') });
                if (first) {
                    row.append(h('th', { scope: 'rowgroup', rowspan: idle ? 1 : lines[0] + lines[1] }, h('b', { text: weekdayWords(day.date) }), h('span', { text: showDay(day.date) }),
                        day.holiday ? h('em', { text: day.holiday }) : null));
                }
                if (!place) row.append(idle ? h('td', { class: 'half' }) : h('th', { scope: 'row', class: 'half', rowspan: lines[index], text: t(`half.${half}`) }));
                row.append(...cells(one));
                body.append(row);
                first = false;
            }
        }
    }
    return h('div', { class: 'sheet-frame', tabindex: '0', role: 'region', 'aria-label': t('cal.title') },
        h('div', { class: 'sheet-head' }, h('p', { class: 'sheet-office', text: unit || province }), h('p', { class: 'sheet-title', text: t('cal.title') }),
            h('p', { text: t('cal.span', { from: showDay(start), to: showDay(end) }) })),
        h('table', { class: 'sheet-table' },
            h('caption', { class: 'visually-hidden', text: t('cal.title') }),
            h('thead', {}, h('tr', {}, ...['day', 'half', 'time', 'what', 'chair', 'place'].map((key) => h('th', { scope: 'col', class: key, text: t(`sheet.${key}`) })))), body));
}

/** @param {any} one */
function cells(one) {
    if (!one) return [h('td', { class: 'nothing', colspan: 4 })];
    return [
        h('td', { class: 'time', text: `${shortTime(one.start)}–${shortTime(one.end)}` }),
        h('td', { class: `what ${one.state}` }, h('a', { href: `/phien/${one.id}`, text: one.title }),
            ...marks(one),
            h('small', { text: [one.organiser?.name, one.sites ? t('cal.sites', { n: one.sites }) : ''].filter(Boolean).join(' · ') })),
        h('td', { text: one.chair ?? '' }),
        h('td', { text: [one.venue, one.form === 'in-person' ? '' : t('form.online')].filter(Boolean).join('; ') }),
    ];
}
