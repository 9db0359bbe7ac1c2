// When the page says aloud that the line got worse or is good again: not for every flutter.

const WORSE_AFTER_MS = 3000;
const BETTER_AFTER_MS = 4000;
const PAUSE_MS = 10_000;
const LEVELS = ['full', 'reduced', 'held', 'voice'];

export class LineWatch {
    #said = 0;
    #candidate = 0;
    #since = 0;
    #saidAt = -Infinity;

    /**
     * Called each second.
     * @param {string} level
     * @param {number} now in ms
     * @returns {'worse'|'good'|null} what to say
     */
    take(level, now) {
        const rank = Math.max(0, LEVELS.indexOf(level));
        if (rank !== this.#candidate) {
            this.#candidate = rank;
            this.#since = now;
        }
        if (now - this.#saidAt < PAUSE_MS) return null;
        if (rank > this.#said && now - this.#since >= WORSE_AFTER_MS) return this.#say('worse', rank, now);
        if (rank < this.#said && now - this.#since >= BETTER_AFTER_MS) {
            if (rank === 0) return this.#say('good', rank, now);
            // A step up on the way needs no words; a later step down does.
            this.#said = rank;
        }
        return null;
    }

    /** @param {'worse'|'good'} what @param {number} rank @param {number} now @returns {'worse'|'good'} */
    #say(what, rank, now) {
        this.#said = rank;
        this.#saidAt = now;
        return what;
    }

    /** Forgets, without a word: the viewer has chosen, or the call is another one. */
    reset() {
        this.#said = this.#candidate = 0;
        this.#saidAt = -Infinity;
    }
}
