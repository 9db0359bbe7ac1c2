// From an hour before a meeting until the site joins it, the site checks itself every few minutes.
import { language, t } from '/assets/js/i18n.js';
import { remember } from '/assets/js/settings.js';
import { serverNow, unixOf } from './server-clock.js';

const FROM_MIN = 60;
const UNTIL_MIN = 16;
const EVERY_MS = 5 * 60_000;

/** @typedef {{state: 'good'|'warn'|'bad', words: string}} Result */

export class SelfCheckTimes {
    #last = 0;
    #running = false;

    /**
     * @param {{post: (path: string, body: any) => Promise<any>, done: () => void}} what `post` sends as the site's device
     */
    constructor(what) {
        this.what = what;
    }

    /** @param {import('./standby.js').SitePage} page what the server has just said */
    async look(page) {
        const next = page.next.find((meeting) => {
            const minutes = (unixOf(meeting.start) - serverNow()) / 60_000;
            return meeting.state === 'planned' && meeting.answer !== 'decline' && minutes <= FROM_MIN && minutes > UNTIL_MIN;
        });
        if (!next || this.#running || (this.#last && performance.now() - this.#last < EVERY_MS)) return;
        this.#running = true;
        try {
            const { selfCheck } = await import('../self-check.js');
            const found = await selfCheck({ post: this.what.post, occurrence: next.occurrence });
            /** @type {Result['state']} */
            const state = found.state === 'green' ? 'good' : found.state === 'red' ? 'bad' : 'warn';
            const words = found.reasons.map((/** @type {any} */ reason) => reason.words).join(' · ') || t('kiosk.check.good');
            remember('kiosk-check', JSON.stringify({ at: serverNow(), state, words, language: language() }));
        } catch {
            // No check is told as no check; the next one comes in a few minutes.
        } finally {
            this.#running = false;
            this.#last = performance.now();
            this.what.done();
        }
    }
}
