// The line in words that an official understands: what it gives, what is given up, and for whose sake.
import { numberWords, rateWords } from './figures.js';
import { t } from './i18n.js';

/** @typedef {import('./room-state.js').Line} Line */
/** @typedef {import('./settings.js').Reception} Reception */
/** @typedef {'line'|'choice'|'sender'|'none'} Cause */

const LEVELS = ['full', 'reduced', 'held', 'voice'];

/** @param {number|undefined} share */
export function shareWords(share) {
    return typeof share === 'number' ? `${numberWords(share * 100, share < 0.1 ? 1 : 0)} %` : '–';
}

/**
 * What is given up here, and why. The viewer's own choice stands before what the line would bear.
 * @param {Line|null} line
 * @param {Reception} reception
 * @param {number} weakSites how many of the sites shown have a weak line of their own
 * @returns {{level: import('./room-state.js').Level, cause: Cause}}
 */
export function situation(line, reception, weakSites) {
    const level = line?.level ?? 'full';
    const chosen = reception === 'audio' ? 'voice' : reception === 'saver' ? 'held' : 'full';
    if (LEVELS.indexOf(chosen) >= LEVELS.indexOf(level) && chosen !== 'full') return { level: chosen, cause: 'choice' };
    if (level !== 'full') return { level, cause: 'line' };
    return { level, cause: weakSites > 0 ? 'sender' : 'none' };
}

/** One sentence. @param {Line|null} line @param {{level: string, cause: Cause}} now @param {number} weakSites */
export function sentence(line, { level, cause }, weakSites) {
    const rate = line?.down ? ` (${rateWords(line.down)})` : '';
    return t(`now.${cause === 'line' || cause === 'choice' ? `${cause}.${level}` : cause}`, { rate, count: weakSites });
}

/**
 * What becomes of each part of the call.
 * @param {{level: string, cause: Cause}} now
 * @returns {[string, string, 'whole'|'less'|'off'][]} name, words, sign
 */
export function ladder({ level, cause }) {
    /** @type {Record<string, ['whole'|'less'|'off', 'whole'|'less'|'off', 'whole'|'less'|'off']>} */
    const signs = {
        full: ['whole', 'whole', 'whole'], reduced: ['less', 'less', 'whole'],
        held: ['less', 'off', 'less'], voice: ['off', 'off', 'less'],
    };
    const [speaker, others, screen] = signs[level] ?? signs.full;
    return [
        [t('part.voice'), t('part.voice.whole'), 'whole'],
        [t('part.speaker'), t(`part.speaker.${level}`), speaker],
        [t('part.others'), t(`part.others.${level}`), others],
        [t('part.screen'), t(`part.screen.${cause === 'choice' && level === 'voice' ? 'audio' : level}`), screen],
    ];
}

/**
 * Why a tile's picture is less than it could be.
 * @param {string} what
 * @param {{line: Line|null, score: number|undefined, reception: Reception}} known
 */
export function pictureReason(what, { line, score, reception }) {
    if (reception !== 'full') return t('reason.choice');
    if ((line?.level ?? 'full') !== 'full') return t('reason.line');
    // With a good line here there may be more pictures on the page than slots; else it is the other side.
    const isStanding = what === 'still' || what === 'frame';
    return t(isStanding && !(typeof score === 'number' && score <= 1) ? 'reason.many' : 'reason.sender');
}
