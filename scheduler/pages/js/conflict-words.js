// A weekly meeting that clashes with another does so at many sites and on many days: one sentence says it once.
import { t } from '/assets/js/i18n.js';
import { showDay, spanWords } from './times.js';

/** @param {string[]} list @param {number} most */
function some(list, most) {
    const names = [...new Set(list)];
    return names.slice(0, most).join(', ') + (names.length > most ? ` ${t('and.more', { n: names.length - most })}` : '');
}

/** @param {any[]} conflicts @returns {string[]} */
export function conflictSentences(conflicts) {
    /** @type {Map<string, any[]>} */
    const groups = new Map();
    conflicts.forEach((one, index) => {
        // Lines and caps, and meetings whose title may not be read, speak for themselves.
        const key = one.with && ['site', 'person', 'venue'].includes(one.kind) ? one.with : `single ${index}`;
        groups.set(key, [...(groups.get(key) ?? []), one]);
    });
    return [...groups.values()].map((list) => {
        const [first] = list;
        if (list.length === 1) return first.message || `${first.what}: ${spanWords(first.start, first.end)}`;
        return t('conflicts.group', { title: first.with, names: some(list.map((one) => one.what), 5), days: some(list.map((one) => showDay(one.start)), 3) });
    });
}
