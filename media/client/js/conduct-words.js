// Times and names of a briefing's conduct, in words.
import { language, t } from './i18n.js';

/** A turn or an item that has less than this left is drawn in amber. */
const SOON_MS = 60_000;
/** How long whoever is asked to speak has to answer (media/signalling.md). */
const ASKING_MS = 30_000;
/** Meetings keep the province's time, wherever a site's clock believes to be. */
const ZONE = 'Asia/Ho_Chi_Minh';

/** @param {number} ms @returns {string} `4:07`, `1:02:30`; never negative */
export function spanWords(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const [first, ...rest] = parts[0] ? parts : parts.slice(1);
    return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** @param {number} at Unix milliseconds @returns {string} on the province's clock */
export function timeWords(at) {
    return new Date(at).toLocaleTimeString(language() === 'vi' ? 'vi-VN' : 'en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: ZONE });
}

/** @param {string} day `2026-11-30` @returns {string} as people write it: 30/11/2026 */
export function dayWords(day) {
    const [year, month, date] = day.split('-');
    return date ? `${date}/${month}/${year}` : day;
}

/** @param {import('./conduct.js').Seat[]|undefined} seats */
export function seatWords(seats) {
    return (seats ?? []).map(({ name }) => name).join(' + ');
}

/**
 * How long something has been going on, of how long it may.
 * @param {number} spent ms
 * @param {number} limit ms; 0 for no limit
 * @returns {{text: string, tone: ''|'soon'|'over'}}
 */
export function timer(spent, limit) {
    if (!limit) return { text: spanWords(spent), tone: '' };
    const left = limit - spent;
    if (left < 0) return { text: t('time.over', { time: spanWords(-left) }), tone: 'over' };
    return { text: `${spanWords(spent)} / ${spanWords(limit)}`, tone: left < Math.min(SOON_MS, limit / 4) ? 'soon' : '' };
}

/** @param {any} item of the agenda @param {number} now the server's clock */
export function itemTimer(item, now) {
    return timer(item.spent + (item.since ? now - item.since : 0), (item.minutes ?? 0) * 60_000);
}

/** @param {any} floor that is offered @param {number} now the server's clock @returns {number} ms that are left to answer */
export function answerTime(floor, now) {
    return Math.max(0, floor.since + ASKING_MS - now);
}

/** @param {any} floor @param {number} now the server's clock */
export function floorTimer(floor, now) {
    return timer(now - floor.since, floor.until ? floor.until - floor.since : 0);
}
