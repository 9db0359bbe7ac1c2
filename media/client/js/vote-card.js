// The ballot on the card: choices by number keys or pointer, then cast.
import { h } from './dom.js';
import { t } from './i18n.js';

export class VoteCard {
    /** @type {any} */
    #vote = null;
    #chosen = -1;
    #isCast = false;
    /** @type {HTMLButtonElement[]} */
    #choices = [];
    /** @type {any} */
    #send = null;

    /** @param {(vote: any, choice: number) => void} cast */
    constructor(cast) {
        this.cast = cast;
    }

    /** @param {any} vote @returns {HTMLElement[]} */
    build(vote) {
        if (this.#vote?.id !== vote.id) {
            this.#chosen = -1;
            this.#isCast = false;
        }
        this.#vote = vote;
        this.#choices = vote.choices.map((/** @type {string} */ text, /** @type {number} */ index) => (
            h('button', { type: 'button', class: 'choice', role: 'radio', click: () => this.#choose(index) }, h('kbd', { text: String(index + 1) }), h('span', { text }))));
        this.#send = h('button', { type: 'button', class: 'ask-button yes', 'data-cast': true, click: () => this.#cast() }, h('span'), h('kbd', { text: 'Enter' }));
        this.#draw();
        return [
            h('h2', { id: 'ask-title', text: vote.title }),
            h('p', { id: 'ask-words', text: `${t(`vote.kind.${vote.kind}.words`)} ${t(`vote.by.${vote.by}.words`)}` }),
            h('div', { class: 'choices', role: 'radiogroup', 'aria-labelledby': 'ask-title' }, ...this.#choices),
            h('div', { class: 'ask-actions' }, this.#send),
        ];
    }

    /** The server did not take it: the ballot may be cast again. */
    again() {
        this.#isCast = false;
        this.#draw();
    }

    /** @param {KeyboardEvent} event @returns {boolean} whether it was for the ballot */
    key(event) {
        const number = Number(event.key);
        if (number >= 1 && number <= this.#choices.length) {
            this.#choose(number - 1);
            this.#choices[number - 1]?.focus();
        } else if (event.key === 'Enter' && this.#chosen >= 0 && document.activeElement !== this.#send) {
            this.#cast();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            const count = this.#choices.length;
            const next = this.#chosen < 0 ? 0 : (this.#chosen + (event.key === 'ArrowDown' ? 1 : count - 1)) % count;
            this.#choose(next);
            this.#choices[next]?.focus();
        } else {
            return false;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        return true;
    }

    /** @param {number} index */
    #choose(index) {
        if (this.#isCast) return;
        this.#chosen = index;
        this.#draw();
    }

    #cast() {
        if (this.#chosen < 0 || this.#isCast) return;
        this.#isCast = true;
        this.#draw();
        this.cast(this.#vote, this.#chosen);
    }

    #draw() {
        this.#choices.forEach((choice, index) => {
            choice.setAttribute('aria-checked', String(index === this.#chosen));
            choice.tabIndex = index === Math.max(0, this.#chosen) ? 0 : -1;
            choice.disabled = this.#isCast;
        });
        this.#send.disabled = this.#chosen < 0 || this.#isCast;
        this.#send.firstElementChild.textContent = t(this.#isCast ? 'ask.vote.sending' : 'ask.vote.yes');
    }
}
