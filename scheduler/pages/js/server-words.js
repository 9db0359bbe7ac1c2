// What the server says by a name or in two languages at once, in the words of this page's language.
import { language, t } from '/assets/js/i18n.js';
import { showDay } from './times.js';
import { toast } from './ui.js';

/** A sentence that comes in both languages. @param {string|{vi: string, en: string}|null|undefined} words */
export const inWords = (words) => (typeof words === 'string' ? words : (words?.[language() === 'en' ? 'en' : 'vi'] ?? ''));

/** An act of the audit chain; one that these words do not know keeps its name. @param {string} what */
export function actWords(what) {
    const key = `act.${what}`;
    const words = t(key);
    return words === key ? what : words;
}

/** Who acted: a person's name, or the program by itself. @param {string} who */
export const actorWords = (who) => (who === 'system' ? t('act.by-itself') : who);

/** What an act was about, without the fingerprints that only the verifier reads. @param {string} what @param {string|null|undefined} detail */
export function actDetail(what, detail) {
    // Sending letters is told by their number alone.
    if (/^\d+$/.test(detail ?? '') && /\.send$/.test(what)) return t('act.letters', { n: detail ?? '' });
    const device = /^device (\d+)$/.exec(detail ?? '');
    if (device) return t('act.device', { n: device[1] ?? '' });
    // "floor.give: not-leader"
    if (what === 'conduct.refused') return (detail ?? '').replace(/^[a-z.]+(?=: )/, (name) => actWords(`conduct.${name}`));
    if (what === 'attendance') return (detail ?? '').replace(/(?<=: )[a-z-]+$/, (key) => t(`attendance.${key}`));
    return (detail ?? '').replace(/[,;]?\s*\b[0-9a-f]{64}\b/g, '');
}

const OBJECT_PAGES = { occurrence: '/phien/', series: '/dinh-ky/', unit: '/don-vi?id=', approval: '/ky-duyet/' };

/** "occurrence 264" in words, with the page where it is seen. @param {string|null|undefined} object @returns {{words: string, href: string|null}} */
export function actObject(object) {
    const [kind, id] = (object ?? '').split(' ');
    const key = `act.object.${kind}`;
    const words = t(key, { id: kind === 'day' && id ? showDay(id) : id ?? '' });
    if (words === key) return { words: object ?? '', href: null };
    return { words, href: OBJECT_PAGES[kind] ? OBJECT_PAGES[kind] + id : null };
}

/** Says who got no letter for want of an address. @param {{without?: string[]}|null|undefined} answer */
export function tellWithout(answer) {
    const names = answer?.without ?? [];
    if (names.length) toast(t('mail.without', { n: names.length, names: names.slice(0, 5).join(', ') + (names.length > 5 ? '…' : '') }), 'bad');
}
