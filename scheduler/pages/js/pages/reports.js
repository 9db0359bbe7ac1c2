// How much of each unit's work was held online, who came, and who came in time; against the targets.
import { h } from '/assets/js/dom.js';
import { numberWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { dateInput, field, select } from '../forms.js';
import { cell, numberCell, table } from '../table.js';
import { addDays, pad, showDay, today } from '../times.js';
import { chip, empty, fill, linkButton, pageHead } from '../ui.js';

/** @param {number} year @param {number} month 1…12 */
const lastDay = (year, month) => addDays(month === 12 ? `${year + 1}-01-01` : `${year}-${pad(month + 1)}-01`, -1);

/** @param {string} kind @returns {[string, string]} */
function period(kind) {
    const year = Number(today().slice(0, 4));
    const month = Number(today().slice(5, 7));
    const quarter = Math.floor((month - 1) / 3) * 3 + 1;
    if (kind === 'month') return [`${year}-${pad(month)}-01`, lastDay(year, month)];
    if (kind === 'last-month') return month === 1 ? [`${year - 1}-12-01`, `${year - 1}-12-31`] : [`${year}-${pad(month - 1)}-01`, lastDay(year, month - 1)];
    if (kind === 'quarter') return [`${year}-${pad(quarter)}-01`, lastDay(year, quarter + 2)];
    return [`${year}-01-01`, `${year}-12-31`];
}

/** Rounded down, as in the printed report: 89.96 % never reads as the 90 that were asked for. @param {number|null|undefined} share */
const percent = (share) => (share === null || share === undefined ? '–' : `${numberWords(Math.floor(share * 1000 + 1e-6) / 10, 1)} %`);

/** Where there is nothing to count; a telephone leaves it out. */
const nothing = () => h('span', { class: 'fine no-figure', text: '–' });

/** @param {number|null|undefined} share @param {number} [target] @param {boolean} [met] */
function bar(share, target, met) {
    if (share === null || share === undefined) return nothing();
    const fillPart = h('i', { class: target === undefined ? 'plain' : met ? 'met' : 'missed' });
    fillPart.style.width = `${Math.min(100, share * 100)}%`;
    const mark = target === undefined ? null : h('b');
    if (mark) mark.style.left = `${Math.min(100, (target ?? 0) * 100)}%`;
    return h('span', { class: 'kpi' }, h('span', { class: 'kpi-figure', text: percent(share) }), h('span', { class: 'kpi-bar', 'aria-hidden': 'true' }, fillPart, mark));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.reports'));
    let [from, to] = period('quarter');
    const place = h('div', { class: 'card flush' });
    const csv = linkButton('CSV', '#', { icon: 'down', small: true, download: '' });
    const pdf = linkButton('PDF', '#', { icon: 'down', small: true, download: '' });
    const start = dateInput(from, (day) => { if (day) { from = day; choose.value = 'own'; void load(); } });
    const end = dateInput(to, (day) => { if (day) { to = day; choose.value = 'own'; void load(); } });
    const choose = select(['month', 'last-month', 'quarter', 'year', 'own'].map((key) => [key, t(`period.${key}`)]), 'quarter');
    choose.addEventListener('change', () => {
        if (choose.value === 'own') return start.text.focus();
        [from, to] = period(choose.value);
        start.set(from);
        end.set(to);
        void load();
    });
    /** @param {any} row @param {boolean} [total] */
    const line = (row, total = false) => {
        return h('tr', { class: total ? 'total' : '' },
            h('th', { scope: 'row', text: total ? t('kpi.total') : row.unit.name }),
            numberCell('kpi.held', numberWords(row.held ?? 0)), numberCell('kpi.online', numberWords(row.online ?? 0)),
            cell('kpi.share', bar(row.share, row.target, row.met)), numberCell('kpi.target', row.target === undefined ? '' : percent(row.target)),
            cell('kpi.met', row.met === undefined || row.met === null || row.held === 0 ? nothing() : chip(t(row.met ? 'kpi.yes' : 'kpi.no'), row.met ? 'good' : 'bad')),
            numberCell('kpi.attended', `${numberWords(row.attended ?? 0)}/${numberWords(row.invited ?? 0)}`), cell('kpi.attendance', bar(row.attendance)), cell('kpi.ontime', bar(row.onTime)));
    };
    const load = () => {
        const values = toQuery({ from, to });
        csv.href = `/api/reports/kpi.csv${values}`;
        pdf.href = `/api/reports/kpi.pdf${values}`;
        return fill(place, () => get(`/api/reports/kpi${values}`, { signal }), ({ rows, total }) => {
            // Units that neither held nor were called to a meeting would bury those that did.
            const some = rows.filter((/** @type {any} */ row) => row.held || row.invited);
            if (!some.length) return empty(t('kpi.none'));
            const idle = rows.length - some.length;
            const sorted = [...some].sort((a, b) => Number(b.held > 0) - Number(a.held > 0) || Number(a.met) - Number(b.met) || a.unit.name.localeCompare(b.unit.name, 'vi'));
            const keys = ['kpi.unit', 'kpi.held', 'kpi.online', 'kpi.share', 'kpi.target', 'kpi.met', 'kpi.attended', 'kpi.attendance', 'kpi.ontime'];
            return [table(t('nav.reports'), keys, [h('tbody', {}, total ? line(total, true) : null, ...sorted.map((row) => line(row)))],
                { kind: 'kpi-table', caption: t('kpi.caption', { from: showDay(from), to: showDay(to) }) }),
            idle ? h('p', { class: 'fine table-note', text: t('kpi.idle', { n: idle }) }) : null].filter((one) => one !== null);
        });
    };
    main.append(pageHead(t('nav.reports'), { eyebrow: t('kpi.eyebrow'), help: 'help.reports', actions: [csv, pdf] }),
        h('div', { class: 'list-tools wrap' }, field('period', t('period'), choose), field('from', t('from'), start), field('to', t('until'), end)), place);
    await load();
}
