// One site of the readiness board, and the dialog with its history.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { provinceTime } from './clock.js';
import { agoWords, figuresList, figuresShort, stateChip } from './readiness-words.js';
import { momentWords, whenWords } from './times.js';
import { button, chip, dialog, during, errorText, fill, phoneLink, toast } from './ui.js';

/** Rings the site, and opens the small room in which its technician answers. @param {any} row @param {any} pressed */
const talk = (row, pressed) => during(pressed, async () => {
    // Opened in the click itself: a window that comes later is taken for an advertisement.
    const tab = open('', '_blank');
    try {
        const { url } = await send('POST', `/api/sites/${row.site}/talk`, {});
        if (tab) tab.location = url;
        else location.assign(url);
    } catch (error) {
        tab?.close();
        toast(errorText(error), 'bad');
    }
});

/** @param {any} row */
function technicianLine({ technician }) {
    if (!technician?.phone && !technician?.name) return null;
    // The number first: a long name may be cut off.
    const words = [technician.phone, technician.name].filter(Boolean).join(' · ');
    return technician.phone ? phoneLink(technician.phone, words, { 'data-role': 'tel' }) : h('span', { text: words });
}

/** @param {any} row @param {number} now @param {number} occurrence */
export function tile(row, now, occurrence) {
    const ago = row.at ? agoWords(now - row.at) : '';
    const name = h('button', { type: 'button', class: 'tile-name', 'data-role': 'name', 'aria-haspopup': 'dialog', text: row.name, click: () => askHistory(row, occurrence) });
    const joined = row.joined ? chip(t('readiness.joined'), 'jade') : null;
    if (row.state === 'green') return h('li', { class: 'tile green', 'data-site': row.site }, name, h('div', { class: 'tile-foot' }, h('small', { text: ago }), joined));
    const call = button(t('readiness.talk'), { small: true, 'data-role': 'talk', 'aria-label': t('readiness.talk.to', { name: row.name }), click: () => void talk(row, call) });
    return h('li', { class: `tile ${row.state}`, 'data-site': row.site },
        h('div', { class: 'tile-head' }, name, h('small', { text: ago })),
        row.state === 'none' ? null : h('ul', { class: 'tile-reasons' }, ...row.reasons.map((/** @type {any} */ reason) => h('li', { text: reason.words }))),
        technicianLine(row),
        h('div', { class: 'tile-foot' }, joined ?? h('small', { class: 'tile-figures', text: row.figures ? figuresShort(row.figures, '') : '' }), call));
}

/** @param {any} check @param {boolean} withMeeting */
const line = (check, withMeeting) => h('li', {},
    h('p', {}, stateChip(check.state), ' ', h('time', { text: momentWords(provinceTime(check.at)) }), ` · ${check.by}`),
    withMeeting && check.title ? h('p', { class: 'fine', text: `${check.title}${check.start ? ` · ${whenWords(check.start)}` : ''}` }) : null,
    check.reasons.length ? h('p', { text: check.reasons.map((/** @type {any} */ reason) => reason.words).join(' · ') }) : null,
    h('p', { class: 'fine', text: figuresShort(check.figures) }));

/** @param {any} row @param {number} occurrence */
function askHistory(row, occurrence) {
    const place = h('div', { class: 'check-history' });
    const call = button(t('readiness.talk'), { icon: 'camera', kind: 'primary', click: () => void talk(row, call) });
    dialog(row.name, [
        h('div', { class: 'check-now' }, h('p', {}, stateChip(row.state), ' ', row.reasons.map((/** @type {any} */ reason) => reason.words).join(' · ')), technicianLine(row)),
        row.figures ? figuresList(row.figures) : h('span'),
        h('p', { class: 'fine', text: t('readiness.needs', { down: row.need.down, up: row.need.up }) }), place,
    ], { wide: true, actions: [call] });
    void fill(place, () => get(`/api/sites/${row.site}/checks?occurrence=${occurrence}`), ({ checks, meetings }) => [
        h('section', {}, h('h3', { text: t('readiness.history') }), checks.length ? h('ol', { class: 'check-list' }, ...checks.map((/** @type {any} */ check) => line(check, false))) : h('p', { class: 'fine', text: t('readiness.history.none') })),
        h('section', {}, h('h3', { text: t('readiness.meetings') }), meetings.length ? h('ol', { class: 'check-list' }, ...meetings.map((/** @type {any} */ check) => line(check, true))) : h('p', { class: 'fine', text: t('readiness.meetings.none') })),
    ]);
}
