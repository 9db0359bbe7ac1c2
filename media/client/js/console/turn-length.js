// How long a turn to speak may be: the choice that the queue and the rules offer.
import { spanWords } from '../conduct-words.js';
import { t } from '../i18n.js';
import { choice } from './controls.js';

/** Seconds; 0: no limit. */
const TURNS = [0, 60, 120, 180, 300, 600, 900];

/** @returns {HTMLSelectElement} its values are seconds */
export function turnChoice() {
    return choice(TURNS.map((seconds) => [String(seconds), seconds ? t('floor.minutes', { minutes: seconds / 60 }) : t('floor.free')]));
}

/** Shows a length, also one that is not offered. @param {HTMLSelectElement} select @param {number} seconds */
export function showTurn(select, seconds) {
    const value = String(seconds);
    if (![...select.options].some((one) => one.value === value)) select.append(new Option(t('floor.span', { time: spanWords(seconds * 1000) }), value));
    select.value = value;
}
