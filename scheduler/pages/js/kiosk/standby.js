// The screen between briefings: clock, next meetings, and how everything stands, to be read from across a room.
import { byId, h } from '/assets/js/dom.js';
import { language, t } from '/assets/js/i18n.js';
import { recall } from '/assets/js/settings.js';
import { provinceTime } from '../clock.js';
import { lengthWords, showDay, timeWords, weekdayWords } from '../times.js';
import { localNow, serverNow, unixOf } from './server-clock.js';

const MOST_SHOWN = 4;
/** The site joins this long before a meeting begins. */
const JOINS_BEFORE_MIN = 15;

/** @typedef {{occurrence: number, title: string, start: string, end: string, room: string, state: string, answer: string}} Meeting */
/** @typedef {{site: {id: number, name: string, unit: string}, province: string, now: number, next: Meeting[],
 *   join: {occurrence: number}|null, technician: {name: string, phone: string}}} SitePage */

/** "Thứ Hai, ngày 23 tháng 11 năm 2026". @param {string} day */
function longDay(day) {
    const [year, month, date] = day.slice(0, 10).split('-').map(Number);
    return t('kiosk.date', { weekday: weekdayWords(day), day: date, month, year });
}

/** Clock and title; the title moves with every second, by which a watcher outside sees that the page lives. @param {string} name */
export function drawClock(name) {
    const time = localNow();
    byId('clock').textContent = time.slice(11, 16);
    byId('seconds').textContent = time.slice(17, 19);
    byId('date').textContent = longDay(time);
    document.title = `${time.slice(11, 19)} · ${name || 'Giao ban'}`;
}

/** @param {SitePage} page */
export function drawSite(page) {
    byId('province').textContent = page.province;
    byId('site-name').textContent = page.site.name;
    byId('technician-phone').textContent = page.technician?.phone || t('kiosk.technician.none');
    byId('technician-phone').classList.toggle('is-missing', !page.technician?.phone);
    byId('technician-name').textContent = page.technician?.name ?? '';
    const shown = page.next.slice(0, MOST_SHOWN).map((meeting) => meetingRow(meeting));
    const list = byId('next-list');
    list.replaceChildren(...(shown.length ? shown : [h('li', { class: 'none', text: t('kiosk.next.none') })]));
    // A meeting is shown whole or not at all.
    while (list.children.length > 1 && list.scrollHeight > list.clientHeight + 1) list.lastElementChild?.remove();
}

/** @param {Meeting} meeting */
function meetingRow(meeting) {
    const isToday = meeting.start.slice(0, 10) === localNow().slice(0, 10);
    const isOff = meeting.state === 'cancelled';
    const isDeclined = meeting.answer === 'decline';
    const note = isOff ? t('kiosk.meeting.cancelled') : isDeclined ? t('kiosk.meeting.declined') : '';
    return h('li', { class: isOff || isDeclined ? 'meeting is-off' : 'meeting' },
        h('p', { class: 'meeting-when' },
            h('strong', { text: meeting.start.slice(11, 16) }),
            h('span', { text: isToday ? t('kiosk.today') : `${weekdayWords(meeting.start)} ${showDay(meeting.start).slice(0, 5)}` })),
        h('p', { class: 'meeting-title', text: meeting.title }),
        note ? h('p', { class: 'meeting-note', text: note }) : null);
}

/** What comes next, in one sentence. @param {SitePage|null} page @param {string} entering title of the call that is being joined */
export function drawComing(page, entering) {
    const place = byId('coming');
    const next = page?.next.find((meeting) => meeting.state === 'planned' && meeting.answer !== 'decline'
        && unixOf(meeting.start) > serverNow());
    let words = '';
    if (entering) words = t('kiosk.entering', { title: entering });
    else if (next) {
        const minutes = Math.max(1, Math.ceil((unixOf(next.start) - serverNow()) / 60_000));
        const joins = provinceTime(unixOf(next.start) - JOINS_BEFORE_MIN * 60_000);
        if (minutes < 24 * 60) words = t('kiosk.coming', { time: lengthWords(minutes), join: timeWords(joins.slice(0, 16)) });
    }
    if (place.textContent !== words) place.textContent = words;
    place.classList.toggle('is-entering', Boolean(entering));
}

/**
 * @param {string} id of the fact
 * @param {'good'|'warn'|'bad'|'none'} state
 * @param {string} words
 */
function drawFact(id, state, words) {
    const place = byId(id);
    place.dataset.state = state;
    const value = place.querySelector('dd');
    if (value && value.textContent !== words) value.textContent = words;
}

/** @param {{isThere: boolean, since: number, roundTrip: number|null}} server `since` in Unix ms */
export function drawServer({ isThere, since, roundTrip }) {
    if (isThere) {
        drawFact('fact-server', 'good', t('kiosk.server.there'));
        const isSlow = (roundTrip ?? 0) > 800;
        drawFact('fact-line', isSlow ? 'warn' : 'good',
            t(isSlow ? 'kiosk.line.slow' : 'kiosk.line.good', { ms: Math.round(roundTrip ?? 0) }));
    } else {
        drawFact('fact-server', 'bad', t('kiosk.server.away', { time: provinceTime(since).slice(11, 16) }));
        drawFact('fact-line', navigator.onLine ? 'warn' : 'bad', t(navigator.onLine ? 'kiosk.line.unknown' : 'kiosk.line.cut'));
    }
}

/** @param {import('/assets/js/devices.js').Devices} devices */
export function drawDevices(devices) {
    const missing = [!devices.microphone && 'microphone', !devices.camera && 'camera'].filter(Boolean);
    const words = missing.length === 0 ? 'kiosk.devices.good' : missing.length === 2 ? 'kiosk.devices.none'
        : missing[0] === 'camera' ? 'kiosk.devices.no-camera' : 'kiosk.devices.no-microphone';
    drawFact('fact-devices', missing.length === 0 ? 'good' : missing.includes('microphone') ? 'bad' : 'warn', t(words));
}

/** The last self-check, which outlives a restart. @typedef {{at: number, state: 'good'|'warn'|'bad', words: string, language: string}} Check */

export function drawCheck() {
    /** @type {Check|null} */
    let check = null;
    try {
        check = JSON.parse(recall('kiosk-check') || 'null');
    } catch {
        // What an older page has kept is shown no more.
    }
    if (!check || check.language !== language()) {
        drawFact('fact-check', 'none', t('kiosk.check.none'));
        return;
    }
    const time = provinceTime(check.at);
    drawFact('fact-check', check.state, t('kiosk.check.at', { words: check.words, time: `${time.slice(11, 16)} ${showDay(time).slice(0, 5)}` }));
}

/** @param {{here: number, all: number}} papers pages that are here, of those of the coming meetings */
export function drawPapers({ here, all }) {
    drawFact('fact-papers', all === 0 ? 'none' : here < all ? 'warn' : 'good',
        t(all === 0 ? 'kiosk.papers.none' : here < all ? 'kiosk.papers.coming' : 'kiosk.papers.here', { here, all }));
}
