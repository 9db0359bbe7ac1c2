// What the server says by a name or in two languages at once, in the words of this page's language.
import { language, t } from '/assets/js/i18n.js';
import { toast } from './ui.js';

/** A sentence that comes in both languages. @param {string|{vi: string, en: string}|null|undefined} words */
export const inWords = (words) => (typeof words === 'string' ? words : (words?.[language() === 'en' ? 'en' : 'vi'] ?? ''));

/** An act of the audit chain; one that these words do not know keeps its name. @param {string} what */
export function actWords(what) {
    const key = `act.${what}`;
    const words = t(key);
    return words === key ? what : words;
}

/** What an act was about, without the fingerprints that only the verifier reads. @param {string|null|undefined} detail */
export const actDetail = (detail) => (detail ?? '').replace(/[,;]?\s*\b[0-9a-f]{64}\b/g, '');

/** Says who got no letter for want of an address. @param {{without?: string[]}|null|undefined} answer */
export function tellWithout(answer) {
    const names = answer?.without ?? [];
    if (names.length) toast(t('mail.without', { n: names.length, names: names.slice(0, 5).join(', ') + (names.length > 5 ? '…' : '') }), 'bad');
}
