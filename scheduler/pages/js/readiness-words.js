// How readiness is said: states, figures, how long ago.
import { h } from '/assets/js/dom.js';
import { language, t } from '/assets/js/i18n.js';
import { chip } from './ui.js';

/** @type {Record<string, string>} */
const TONES = { red: 'bad', amber: 'warn', green: 'good', none: '' };

/** @param {string} state */
export const stateChip = (state) => chip(t(`readiness.state.${state}`), TONES[state] ?? '');

/** "2 phút trước". @param {number} milliseconds */
export function agoWords(milliseconds) {
    const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
    if (minutes < 1) return t('readiness.ago.now');
    if (minutes < 60) return t('readiness.ago.minutes', { n: minutes });
    if (minutes < 48 * 60) return t('readiness.ago.hours', { n: Math.floor(minutes / 60) });
    return t('readiness.ago.days', { n: Math.floor(minutes / 1440) });
}

/** @param {number} value @param {number} [digits] */
const number = (value, digits = 0) => value.toLocaleString(language() === 'en' ? 'en' : 'vi', { maximumFractionDigits: digits });

/** What was measured, in a line of its own each. @param {any} figures */
export function figuresList(figures) {
    const rate = (/** @type {number|null|undefined} */ value) => (value === null || value === undefined ? null : `${number(value)} kbit/s`);
    /** @type {[string, string|null][]} */
    const lines = [
        [t('readiness.figure.up'), rate(figures.up)], [t('readiness.figure.down'), rate(figures.down)],
        [t('readiness.figure.rtt'), typeof figures.rtt === 'number' ? `${number(figures.rtt)} ms` : null],
        [t('readiness.figure.loss'), typeof figures.loss === 'number' ? `${number(figures.loss * 100, 1)} %` : null],
        [t('readiness.figure.mic'), typeof figures.mic === 'number' ? t('readiness.mic', { floor: number(figures.mic), peak: number(figures.micPeak ?? figures.mic) }) : t('readiness.camera.none')],
        [t('readiness.figure.speaker'), t(`readiness.speaker.${figures.speaker}`)],
        [t('readiness.figure.camera'), t(`readiness.camera.${figures.camera}`)],
        [t('readiness.figure.clock'), typeof figures.clock === 'number' ? t('readiness.seconds', { n: number(figures.clock / 1000, 1) }) : null],
    ];
    return h('dl', { class: 'check-figures' }, ...lines.map(([name, words]) => h('div', {}, h('dt', { text: name }), h('dd', { text: words ?? '–' }))));
}

/** In a few words: what of the figures is looked at first. @param {any} figures @param {string} [unit] of the rates */
export function figuresShort(figures, unit = ' kbit/s') {
    const rate = (/** @type {any} */ value) => (typeof value === 'number' ? number(value) : '–');
    return [
        figures.up === undefined && figures.down === undefined ? null : `↑ ${rate(figures.up)} ↓ ${rate(figures.down)}${unit}`,
        typeof figures.rtt === 'number' ? `${number(figures.rtt)} ms` : null,
    ].filter(Boolean).join(' · ');
}
