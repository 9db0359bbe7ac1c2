// How far a paper's pages are: asked for again while they are made, so that nobody has to load the list anew.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { inWords } from './server-words.js';
import { chip } from './ui.js';

/** The first question soon, since a short paper takes seconds; later ones seldom. */
const FIRST_MS = 2000;
const LAST_MS = 15_000;

/** @param {string} state */
export const isComing = (state) => state === 'waiting' || state === 'converting';

/**
 * Tells of each answer until the pages are made or cannot be.
 * @param {number} paper
 * @param {{signal: AbortSignal, told: (found: any) => void, isWanted?: () => boolean}} settings
 */
export async function followPages(paper, { signal, told, isWanted = () => true }) {
    for (let wait = FIRST_MS; ; wait = Math.min(LAST_MS, wait * 1.4)) {
        await new Promise((over) => { setTimeout(over, wait); });
        if (signal.aborted || !isWanted()) return;
        const found = await get(`/api/papers/${paper}/pages`, { signal }).catch(() => null);
        if (signal.aborted || !isWanted()) return;
        if (!found) continue;
        told(found);
        if (!isComing(found.state)) return;
    }
}

/** A mark of a line of papers; nothing where the pages are there. @param {any} paper @param {AbortSignal} signal */
export function paperState(paper, signal) {
    if (!isComing(paper.state) && paper.state !== 'failed') return null;
    const mark = h('span', { class: 'paper-state', role: 'status' });
    const draw = (/** @type {any} */ { state, done = 0, total = 0, message = null }) => {
        const share = state === 'converting' && total > 0 ? ` ${done}/${total}` : '';
        mark.replaceChildren(...(isComing(state) || state === 'failed' ? [chip(t(`papers.state.${state}`) + share, state === 'failed' ? 'bad' : '')] : []),
            ...(message ? [h('small', { text: inWords(message) })] : []));
    };
    draw(paper);
    if (isComing(paper.state)) void followPages(paper.id, { signal, told: draw, isWanted: () => mark.isConnected });
    // Why, and what to do, is told with the pages.
    else void get(`/api/papers/${paper.id}/pages`, { signal }).then(draw, () => null);
    return mark;
}
