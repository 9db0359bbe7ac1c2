// The four bars that tell how a line does.
import { h } from './dom.js';
import { t } from './i18n.js';

/** @param {number|undefined} score 0 (unusable) to 4 (good) */
export function lineBars(score) {
    const bars = h('span', { class: 'bars' }, h('i'), h('i'), h('i'), h('i'));
    showBars(bars, score);
    return bars;
}

/**
 * @param {HTMLElement} bars
 * @param {number|undefined} score
 * @param {string} [words] instead of the score's own
 */
export function showBars(bars, score, words) {
    bars.hidden = typeof score !== 'number';
    if (bars.hidden) return;
    const text = words ?? t(`quality.${score}`);
    bars.dataset.score = String(score);
    bars.setAttribute('role', 'img');
    bars.setAttribute('aria-label', text);
    bars.title = text;
}
