// Between the plain choices of the booking page and an RFC 5545 recurrence rule.
import { provinceTime } from './clock.js';
import { weekday } from './times.js';

export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const WORKDAYS = 'MO,TU,WE,TH,FR';

/** @typedef {{kind: 'none'|'daily'|'weekly'|'month-day'|'month-nth'|'month-first'|'month-last'|'yearly'|'other', every: number,
 *   days: number[], end: 'never'|'until'|'count', until: string|null, count: number, other?: string}} Choice
 *   `days`: 0 is Monday; `other`: a rule that the plain choices cannot say, kept as it is */

/** @param {string} start @returns {Choice} */
const noChoice = (start) => ({ kind: 'none', every: 1, days: [weekday(start)], end: 'never', until: null, count: 10 });

/** Which such weekday of its month a day is: 1…4, or -1 for the last when `last`. @param {string} day */
export const nthOfMonth = (day) => Math.ceil(Number(day.slice(8, 10)) / 7);

/** @param {string} day */
export function lastOfMonth(day) {
    const following = new Date(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + 7 * 86_400_000);
    return following.getUTCMonth() + 1 !== Number(day.slice(5, 7));
}

/**
 * The last instant of a day of the province, in UTC: RFC 5545 §3.3.10 wants UNTIL in UTC when the start has a zone.
 * @param {string} day
 */
const endOfDay = (day) => `${day.replaceAll('-', '')}T165959Z`;

/** @param {Choice} choice @param {string} start @returns {string|null} */
export function ruleOf(choice, start) {
    if (choice.kind === 'none') return null;
    if (choice.kind === 'other') return choice.other ?? null;
    const day = start.slice(0, 10);
    const parts = {
        daily: ['FREQ=DAILY'],
        weekly: ['FREQ=WEEKLY', `BYDAY=${[...(choice.days.length ? choice.days : [weekday(day)])].sort().map((one) => WEEKDAYS[one]).join(',')}`],
        'month-day': ['FREQ=MONTHLY', `BYMONTHDAY=${Number(day.slice(8, 10))}`],
        'month-nth': ['FREQ=MONTHLY', `BYDAY=${lastOfMonth(day) ? -1 : nthOfMonth(day)}${WEEKDAYS[weekday(day)]}`],
        'month-first': ['FREQ=MONTHLY', `BYDAY=${WORKDAYS}`, 'BYSETPOS=1'],
        'month-last': ['FREQ=MONTHLY', `BYDAY=${WORKDAYS}`, 'BYSETPOS=-1'],
        yearly: ['FREQ=YEARLY'],
    }[choice.kind];
    if (choice.every > 1) parts.splice(1, 0, `INTERVAL=${choice.every}`);
    if (choice.end === 'count' && choice.count > 0) parts.push(`COUNT=${choice.count}`);
    if (choice.end === 'until' && choice.until) parts.push(`UNTIL=${endOfDay(choice.until)}`);
    return parts.join(';');
}

/** The day that an UNTIL means in the province. @param {string} text */
function dayOfUntil(text) {
    const found = text.match(/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/);
    if (!found) return null;
    const [, year, month, day, hour, minute, second, utc] = found;
    if (!utc) return `${year}-${month}-${day}`;
    return provinceTime(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)).slice(0, 10);
}

/** @param {string|null} rule @param {string} start @returns {Choice} */
export function choiceOf(rule, start) {
    const choice = noChoice(start);
    if (!rule) return choice;
    const parts = new Map(rule.replace(/^RRULE:/i, '').toUpperCase().split(';').map((part) => /** @type {[string, string]} */ (part.split('='))));
    choice.every = Number(parts.get('INTERVAL') ?? 1);
    if (parts.has('COUNT')) Object.assign(choice, { end: 'count', count: Number(parts.get('COUNT')) });
    const until = parts.has('UNTIL') ? dayOfUntil(parts.get('UNTIL') ?? '') : null;
    if (until) Object.assign(choice, { end: 'until', until });
    const days = parts.get('BYDAY') ?? '';
    const plain = days.split(',').map((one) => WEEKDAYS.indexOf(one));
    const position = parts.get('BYSETPOS');
    const frequency = parts.get('FREQ');
    if (frequency === 'DAILY' && !days) choice.kind = 'daily';
    else if (frequency === 'WEEKLY' && (!days || !plain.includes(-1))) {
        choice.kind = 'weekly';
        if (days) choice.days = plain;
    } else if (frequency === 'MONTHLY' && parts.get('BYMONTHDAY') && !days) choice.kind = 'month-day';
    else if (frequency === 'MONTHLY' && days === WORKDAYS && position === '1') choice.kind = 'month-first';
    else if (frequency === 'MONTHLY' && days === WORKDAYS && position === '-1') choice.kind = 'month-last';
    else if (frequency === 'MONTHLY' && /^-?\d(MO|TU|WE|TH|FR|SA|SU)$/.test(days)) choice.kind = 'month-nth';
    else if (frequency === 'MONTHLY' && !days) choice.kind = 'month-day';
    else if (frequency === 'YEARLY' && !days) choice.kind = 'yearly';
    // What the choices would not give back unchanged stays as it was written.
    const again = choice.kind === 'none' ? null : ruleOf(choice, start);
    const sorted = (/** @type {string|null} */ text) => (text ?? '').split(';').filter((part) => part !== 'INTERVAL=1' && part !== 'WKST=MO').sort().join(';').replace(/UNTIL=(\d{8})[TZ\d]*/, 'UNTIL=$1');
    const implied = (/** @type {string} */ text) => text.split(';').filter((part) => !/^BY(DAY|MONTHDAY)=/.test(part)).join(';');
    const same = sorted(again) === sorted(rule.replace(/^RRULE:/i, '').toUpperCase());
    const sameButImplied = !days && !parts.has('BYMONTHDAY') && implied(sorted(again)) === implied(sorted(rule.toUpperCase()));
    if (!same && !sameButImplied) return { ...choice, kind: 'other', other: rule };
    return choice;
}
