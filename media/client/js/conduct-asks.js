// What the chair asks of this seat, one card at a time: to speak, to answer the roll, to vote, to switch the microphone on.
import { answerTime } from './conduct-words.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { VoteCard } from './vote-card.js';

/** How long a confirmation stays. */
const THANKS_MS = 5000;
/** A key that was on its way when the card came is not meant for it. */
const GUARD_MS = 400;
/** Nobody there wants to switch the microphone on: the card stands in the picture no longer. */
const UNANSWERED_MS = 60_000;

/** @typedef {{id: string, kind: 'floor'|'roll'|'unmute'|'vote'|'thanks', vote?: any, words?: string}} Ask */

export class Asks {
    /** @type {Ask|null} */
    #shown = null;
    #shownAt = 0;
    /** Cards that the viewer has put aside, by id. @type {Set<string>} */
    #aside = new Set();
    /** @type {Ask|null} */
    #thanks = null;
    #wantsVoice = '';
    /** @type {number|undefined} */
    #voiceTimer;
    #voteCard;

    /**
     * @param {import('./conduct.js').Conduct} conduct
     * @param {HTMLElement} place
     * @param {{speak: () => void, unmute: () => void}} does `speak`: the floor was accepted here
     */
    constructor(conduct, place, does) {
        this.conduct = conduct;
        this.does = does;
        this.#voteCard = new VoteCard((vote, choice) => void this.#cast(vote, choice));
        this.card = h('section', { class: 'ask', role: 'alertdialog', tabindex: '-1', hidden: true, 'aria-labelledby': 'ask-title', 'aria-describedby': 'ask-words' });
        place.append(h('div', { class: 'asks' }, this.card));
        document.addEventListener('keydown', (event) => this.#key(event));
    }

    /** The chair asks to switch the microphone on; `''` when that is over. @param {string} id */
    wantVoice(id) {
        this.#wantsVoice = id;
        clearTimeout(this.#voiceTimer);
        if (id) this.#voiceTimer = setTimeout(() => this.wantVoice(''), UNANSWERED_MS);
        this.draw();
    }

    /** Shows what was put aside again. @param {string} kind */
    recall(kind) {
        for (const id of this.#aside) if (id.startsWith(kind)) this.#aside.delete(id);
        this.draw();
        if (!this.card.hidden) this.card.focus();
    }

    draw() {
        const asks = this.#asks();
        // A vote put aside may be asked again when it is opened anew.
        const ask = asks.find(({ id }) => !this.#aside.has(id)) ?? null;
        if (ask?.id === this.#shown?.id) return;
        const hadFocus = this.card.contains(document.activeElement);
        this.#shown = ask;
        this.#shownAt = performance.now();
        this.card.hidden = !ask;
        if (!ask) {
            if (hadFocus) document.getElementById('call-room')?.focus();
            return;
        }
        this.#build(ask);
        if (hadFocus || mayTake()) (this.card.querySelector('[data-first]') ?? this.card).focus();
    }

    /** What runs: the time that is left to answer. */
    tick() {
        const floor = this.conduct.get('floor');
        const clock = this.card.querySelector('.ask-time');
        if (clock && floor?.state === 'asked') clock.textContent = t('ask.floor.left', { seconds: Math.ceil(answerTime(floor, this.conduct.now) / 1000) });
    }

    /** Words anew, in another language. */
    redraw() {
        if (this.#shown) this.#build(this.#shown);
    }

    /** @returns {Ask[]} most pressing first */
    #asks() {
        const { conduct } = this;
        const { you, meeting } = conduct;
        const floor = conduct.get('floor');
        const roll = conduct.get('roll');
        /** @type {Ask[]} */
        const asks = [];
        if (!meeting) return asks;
        if (conduct.ownTurn === 'asked') asks.push({ id: `floor-${floor.since}`, kind: 'floor' });
        if (you.asked) asks.push({ id: `roll-${roll?.since ?? 0}`, kind: 'roll' });
        if (this.#thanks) asks.push(this.#thanks);
        for (const id of you.mayVote ?? []) {
            const vote = conduct.get(`vote/${id}`);
            if (vote?.state === 'open') asks.push({ id: `vote-${id}`, kind: 'vote', vote });
        }
        // Last, for the microphone has a button of its own, and a ballot has none.
        if (this.#wantsVoice && !you.muted && meeting.state !== 'ended') asks.push({ id: `unmute-${this.#wantsVoice}`, kind: 'unmute' });
        return asks;
    }

    /** @param {Ask} ask */
    #build(ask) {
        this.card.dataset.kind = ask.kind;
        if (ask.kind === 'vote') {
            this.card.replaceChildren(...this.#voteCard.build(ask.vote));
            return;
        }
        const words = {
            title: h('h2', { id: 'ask-title', text: ask.words ?? t(`ask.${ask.kind}.title`) }),
            more: ask.kind === 'thanks' ? null : h('p', { id: 'ask-words', text: t(`ask.${ask.kind}.words`) }),
        };
        const button = (/** @type {string} */ key, /** @type {string} */ style, /** @type {() => void} */ run, /** @type {string} */ hint) => (
            h('button', { type: 'button', class: `ask-button ${style}`, 'data-first': style === 'yes', click: () => { if (!this.#isTooSoon()) run(); } },
                h('span', { text: t(key) }), h('kbd', { text: hint })));
        const aside = () => this.#putAside();
        const buttons = {
            floor: () => [button('ask.floor.yes', 'yes', () => this.#accept(), t('key.space')), button('ask.floor.no', '', () => void this.conduct.act('floor.decline'), 'Esc')],
            roll: () => [button('ask.roll.yes', 'yes', () => void this.#confirm(), 'Enter')],
            unmute: () => [button('ask.unmute.yes', 'yes', () => { aside(); this.does.unmute(); }, t('key.space')), button('ask.later', '', aside, 'Esc')],
            thanks: () => [], vote: () => [],
        }[ask.kind]();
        // A clock that speaks every second would be heard and nothing else.
        const clock = ask.kind === 'floor' ? [h('p', { class: 'ask-time', 'aria-hidden': 'true' })] : [];
        this.card.replaceChildren(words.title, ...(words.more ? [words.more] : []), ...clock, ...(buttons.length ? [h('div', { class: 'ask-actions' }, ...buttons)] : []));
        this.tick();
    }

    #isTooSoon() {
        return performance.now() - this.#shownAt < GUARD_MS;
    }

    #putAside() {
        if (this.#shown) this.#aside.add(this.#shown.id);
        this.draw();
    }

    #accept() {
        this.does.speak();
        void this.conduct.act('floor.accept');
    }

    async #confirm() {
        const shown = this.#shown;
        this.card.querySelectorAll('button').forEach((/** @type {any} */ button) => { button.disabled = true; });
        const { done } = await this.conduct.act('roll.confirm');
        if (done) this.#thank(t('ask.roll.thanks'));
        else if (shown && this.#shown === shown) this.#build(shown);
    }

    /** @param {any} vote @param {number} choice */
    async #cast(vote, choice) {
        const { done } = await this.conduct.act('vote.cast', { vote: vote.id, choice });
        if (done) this.#thank(t(vote.kind === 'secret' ? 'ask.vote.thanks.secret' : 'ask.vote.thanks', { choice: vote.choices[choice] ?? '' }));
        else this.#voteCard.again();
    }

    /** @param {string} words */
    #thank(words) {
        const thanks = { id: `thanks-${performance.now()}`, kind: /** @type {const} */ ('thanks'), words };
        this.#thanks = thanks;
        this.draw();
        setTimeout(() => { if (this.#thanks === thanks) { this.#thanks = null; this.draw(); } }, THANKS_MS);
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const ask = this.#shown;
        if (!ask || event.repeat || event.ctrlKey || event.altKey || event.metaKey || this.#isTooSoon() || document.querySelector('dialog[open]')) return;
        const inside = this.card.contains(document.activeElement);
        if (!inside && !isFree()) return;
        if (ask.kind === 'vote' && this.#voteCard.key(event)) return;
        const isYes = event.key === 'Enter' || event.key === ' ';
        if (event.key !== 'Escape' && !isYes) return;
        const buttons = [...this.card.querySelectorAll('button:not(:disabled)')];
        // A button that has the focus presses itself.
        if (isYes && buttons.includes(/** @type {any} */ (document.activeElement))) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (isYes) this.card.querySelector('[data-first]')?.click();
        else if (ask.kind === 'floor' || ask.kind === 'unmute') buttons[1]?.click();
        else if (ask.kind === 'vote') this.#putAside();
    }
}

/** Whether the keyboard is at nothing in particular: then the card's keys work wherever it is. */
function isFree() {
    const at = document.activeElement;
    return !at || at === document.body || !(/** @type {HTMLElement} */ (at)).matches('button, a, input, textarea, select, summary, [tabindex="0"]');
}

/** Whether a new card may take the keyboard: not from whoever types, or works in a panel or a dialog. */
function mayTake() {
    const at = document.activeElement;
    return !document.querySelector('dialog[open]') && !at?.closest('#conduct-panel, #people, #line-panel') && !at?.matches('input, textarea, select');
}
