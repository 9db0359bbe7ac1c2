// Days ("2026-11-23") and times ("2026-11-23T07:30") of the province's clock, as text and in words.
// The clock is UTC+7 the whole year, so that days can be counted in UTC without a time-zone library.
import { language, t } from '/assets/js/i18n.js';
import { provinceTime } from './clock.js';

const DAY_MS = 86_400_000;

/** @param {number} number */
export const pad = (number) => String(number).padStart(2, '0');

/** @param {string} day */
const number = (day) => Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY_MS);

/**
 * @param {string} day
 * @param {number} days
 */
export const addDays = (day, days) => new Date((number(day) + days) * DAY_MS).toISOString().slice(0, 10);

/** @param {string} from @param {string} to */
const daysBetween = (from, to) => number(to) - number(from);

/** 0 is Monday, 6 Sunday. @param {string} day */
export const weekday = (day) => (((number(day) + 3) % 7) + 7) % 7;

/** @param {string} day */
export const monday = (day) => addDays(day, -weekday(day));

/** The province's clock now, whatever zone this machine is set to. */
export const now = () => provinceTime(Date.now()).slice(0, 16);
export const today = () => now().slice(0, 10);

/** @param {string} stamp @param {number} minutes */
export const addMinutes = (stamp, minutes) =>
    new Date(Date.parse(`${stamp.slice(0, 16)}:00Z`) + minutes * 60_000).toISOString().slice(0, 16);

/** @param {string} from @param {string} to */
export const minutesBetween = (from, to) =>
    Math.round((Date.parse(`${to.slice(0, 16)}:00Z`) - Date.parse(`${from.slice(0, 16)}:00Z`)) / 60_000);

/** Turns an instant with a zone ("…Z", "…+07:00") into the province's clock; local text stays. @param {string} stamp */
export function local(stamp) {
    if (!/(Z|[+-]\d\d:?\d\d)$/.test(stamp.slice(10))) return stamp;
    return provinceTime(Date.parse(stamp)).slice(0, 16);
}

/** "7 giờ 30" | "7:30". @param {string} stamp a time, or a day with a time */
export function timeWords(stamp) {
    const [hour, minute] = stamp.slice(-5).split(':').map(Number);
    return language() === 'en' ? `${hour}:${pad(minute)}` : `${hour} giờ ${pad(minute)}`;
}

/** "7:30", where a column is narrow. @param {string} stamp */
export const shortTime = (stamp) => `${Number(stamp.slice(11, 13))}:${stamp.slice(14, 16)}`;

/** "23/11/2026". @param {string} day */
export const showDay = (day) => `${day.slice(8, 10)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;

/** "Thứ Hai". @param {string} day */
export const weekdayWords = (day) => t(`weekday.${weekday(day)}`);

/** "Thứ Hai 23/11/2026". @param {string} day */
export const dayWords = (day) => `${weekdayWords(day)} ${showDay(day)}`;

/** "7 giờ 30, Thứ Hai 23/11/2026". @param {string} stamp */
export const whenWords = (stamp) => `${timeWords(stamp)}, ${dayWords(stamp)}`;

/** "7 giờ 30 đến 9 giờ 00, Thứ Hai 23/11/2026". @param {string} start @param {string} end */
export const spanWords = (start, end) => `${timeWords(start)} ${t('to')} ${timeWords(end)}, ${dayWords(start)}`;

/** When something was done: "14:05 23/11/2026". @param {string|null|undefined} stamp */
export function momentWords(stamp) {
    if (!stamp) return '';
    const here = local(stamp);
    return here.length > 10 ? `${shortTime(here)} ${showDay(here)}` : showDay(here);
}

/** "1 giờ 30 phút". @param {number} minutes */
export function lengthWords(minutes) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    const words = [];
    if (hours) words.push(t('length.hours', { n: hours }));
    if (rest || !hours) words.push(t('length.minutes', { n: rest }));
    return words.join(' ');
}

/**
 * Reads what people type: "23/11/2026", "23-11-26", "23/11" (the next such day) or "2026-11-23".
 * @param {string} text
 * @returns {string|null}
 */
export function parseDay(text) {
    const iso = text.trim().match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/);
    const typed = text.trim().match(/^(\d{1,2})[/.\- ](\d{1,2})(?:[/.\- ](\d{2}|\d{4}))?$/);
    let year, month, day;
    if (iso) [year, month, day] = iso.slice(1).map(Number);
    else if (typed) {
        [day, month] = typed.slice(1, 3).map(Number);
        year = typed[3] ? Number(typed[3]) + (typed[3].length === 2 ? 2000 : 0) : Number(today().slice(0, 4));
    } else return null;
    let found = `${year}-${pad(month)}-${pad(day)}`;
    if (typed && !typed[3] && found < today()) found = `${year + 1}-${pad(month)}-${pad(day)}`;
    const date = new Date(`${found}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === found ? found : null;
}

/**
 * Reads "7:30", "7h30", "7 giờ 30", "0730", "7h", "7 giờ".
 * @param {string} text
 * @returns {string|null} "07:30"
 */
export function parseTime(text) {
    const found = text.trim().toLowerCase().match(/^(\d{1,2})(?:\s*(?:[:.hg]|giờ)\s*(\d{1,2})?|(\d{2}))?\s*(?:phút|p)?$/);
    if (!found) return null;
    const hour = Number(found[1]);
    const minute = Number(found[2] ?? found[3] ?? 0);
    return hour < 24 && minute < 60 ? `${pad(hour)}:${pad(minute)}` : null;
}

/** The ISO week's number, as the office's sheet bears it. @param {string} day */
export function weekNumber(day) {
    const thursday = addDays(monday(day), 3);
    return Math.floor(daysBetween(`${thursday.slice(0, 4)}-01-01`, thursday) / 7) + 1;
}
