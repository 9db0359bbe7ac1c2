// The day of each site from 7 to 18 o'clock: busy times, and the meeting that is being booked across all of them.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { dayWords, timeWords } from './times.js';

const FROM = 7 * 60;
const TO = 18 * 60;
const SHOWN = 10;

/** @param {string} stamp */
const minutes = (stamp) => Number(stamp.slice(11, 13)) * 60 + Number(stamp.slice(14, 16));
/** @param {any} block @param {number} from @param {number} to minutes of the day */
function place(block, from, to) {
    const share = (/** @type {number} */ at) => ((Math.min(TO, Math.max(FROM, at)) - FROM) / (TO - FROM)) * 100;
    block.style.left = `${share(from)}%`;
    block.style.width = `${Math.max(1, share(to) - share(from))}%`;
    return block;
}

/**
 * @param {any[]} rows
 * @param {string} start
 * @param {number} length minutes
 * @param {Set<string>} [own] "start end" of the meetings that are being changed: they are not in their own way
 */
export function busyStrip(rows, start, length, own = new Set()) {
    const day = start.slice(0, 10);
    const of = (/** @type {any} */ row) => row.busy.filter((/** @type {any} */ one) => one.start.slice(0, 10) <= day && one.end.slice(0, 10) >= day && !own.has(`${one.start} ${one.end}`));
    const sorted = [...rows].sort((a, b) => Number(of(b).length > 0) - Number(of(a).length > 0));
    const busy = rows.filter((row) => of(row).length).length;
    const wanted = [minutes(start), minutes(start) + length];
    const line = (/** @type {any} */ row) => {
        const blocks = of(row);
        const track = h('div', { class: 'strip-track', 'aria-hidden': 'true' }, place(h('i', { class: 'wanted' }), wanted[0], wanted[1]));
        for (const one of blocks) {
            const from = one.start.slice(0, 10) < day ? 0 : minutes(one.start);
            const to = one.end.slice(0, 10) > day ? 24 * 60 : minutes(one.end);
            track.append(place(h('i', { class: `busy${from < wanted[1] && to > wanted[0] ? ' clash' : ''}`, title: one.title ?? t('strip.busy') }), from, to));
        }
        return h('li', {}, h('span', { class: 'strip-name', text: row.name }), track,
            h('span', { class: 'visually-hidden', text: blocks.length ? blocks.map((/** @type {any} */ one) => t('strip.busy.span', { from: timeWords(one.start), to: timeWords(one.end) })).join('; ') : t('strip.free') }));
    };
    const list = h('ul', { class: 'strip' }, ...sorted.slice(0, SHOWN).map(line));
    const scale = h('div', { class: 'strip-scale', 'aria-hidden': 'true' }, h('span'), h('div', {}, ...[7, 9, 11, 13, 15, 17].map((hour) => place(h('i', { text: String(hour) }), hour * 60, hour * 60 + 60))));
    return h('section', { 'aria-label': t('strip.title') }, h('h3', { text: `${t('strip.title')}, ${dayWords(day)}` }),
        h('p', { class: 'fine', text: t('strip.words', { busy, all: rows.length }) }), scale, list,
        rows.length > SHOWN ? h('details', { class: 'fold' }, h('summary', { text: t('strip.all', { n: rows.length - SHOWN }) }), h('ul', { class: 'strip' }, ...sorted.slice(SHOWN).map(line))) : null);
}
