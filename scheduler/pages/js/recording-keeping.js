// How long a recording is kept, and whether it is what it was: the words of both.
import { t } from '/assets/js/i18n.js';
import { momentWords, showDay } from './times.js';
import { chip } from './ui.js';

/** How long, and by what. @param {any} retention @returns {string} */
export function keepingWords(retention) {
    const { standing, until, holds, disposal, extended } = retention;
    if (standing === 'destroyed') {
        return disposal.doneAt ? t('keeping.destroyed.words', { decision: disposal.decision, day: showDay(disposal.doneAt) }) : t('keeping.destroying', { decision: disposal.decision });
    }
    const by = t(extended ? 'keeping.by.decision' : 'keeping.by.rule');
    const term = until ? t(standing === 'due' || standing === 'proposed' ? 'keeping.over' : 'keeping.until', { day: showDay(until) }) : t('keeping.forever');
    return holds.length ? `${term} · ${by} · ${t('keeping.held.words', { reason: holds[0].reason })}` : `${term} · ${by}`;
}

/** @param {any} integrity @returns {string} */
export function integrityWords({ state, checked }) {
    if (state === 'unchecked') return t('integrity.unchecked');
    return t(state === 'whole' ? 'integrity.whole' : 'integrity.broken', { time: momentWords(checked) });
}

/** A chip where a recording is not simply kept; null where it is. @param {any} recording */
export function keepingChip({ retention, integrity }) {
    if (integrity.state === 'broken') return chip(t('integrity.chip'), 'bad');
    const tone = /** @type {Record<string, string>} */ ({ due: 'warn', held: 'warn', proposed: 'warn', destroyed: 'bad' })[retention.standing];
    return tone === undefined ? null : chip(t(`keeping.standing.${retention.standing}`), tone);
}

/** Where it is, and what keeps it from the store. @param {any} storing @returns {string} */
export function storingWords({ state, sent, bytes, trouble, again }) {
    const words = state === 'sending' ? t('storing.sending', { n: Math.floor((100 * (sent ?? 0)) / Math.max(1, bytes ?? 1)) }) : t(`storing.${state}`);
    return trouble ? `${words}. ${t('storing.trouble', { words: trouble, time: momentWords(again) })}` : words;
}
