// Votes: opened with their kind and rule, counted live, closed, read out.
import { seatWords, timeWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { ask, askReason, button, confirm } from './controls.js';
import { Rows } from './rows.js';
import { voteForm } from './vote-form.js';

export class VotesView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct, recall }) {
        this.conduct = conduct;
        this.open = button(t('vote.open'), () => void this.#open(), { icon: 'plus', tone: 'main' });
        this.empty = h('p', { class: 'cempty', text: t('vote.empty') });
        this.list = h('ul', { class: 'crows votes', 'aria-label': t('tab.votes') });
        this.foot = h('div', { class: 'cfoot' }, this.open);
        this.root = h('div', { class: 'cview' }, h('div', { class: 'cscroll' }, this.empty, this.list), this.foot);
        this.rows = new Rows(this.list, () => new VoteRow(conduct, recall));
    }

    draw() {
        const votes = this.conduct.list('vote').sort((one, other) => other.since - one.since);
        this.empty.hidden = votes.length > 0;
        this.foot.hidden = !this.conduct.leads;
        this.rows.draw(votes, ({ id }) => String(id));
    }

    async #open() {
        const found = await ask(t('vote.open'), voteForm);
        if (found) void this.conduct.act('vote.open', found);
    }
}

class VoteRow {
    #drawn = '';
    #ballotsOpen = false;

    /** @param {import('../conduct.js').Conduct} conduct @param {(kind: string) => void} recall */
    constructor(conduct, recall) {
        this.conduct = conduct;
        /** @type {any} */
        this.vote = null;
        this.title = h('strong');
        this.kind = h('span', { class: 'crow-soft' });
        this.cast = h('p', { class: 'vote-cast' });
        this.counts = h('div', { class: 'vote-counts' });
        this.verdict = h('p', { class: 'vote-verdict' });
        this.ballots = h('details', { class: 'vote-ballots', toggle: () => { this.#ballotsOpen = this.ballots.open; } });
        this.own = button(t('vote.own'), () => recall('vote'), { icon: 'votes', tone: 'main' });
        this.close = button(t('vote.close'), () => void this.#close(), { icon: 'stop', tone: 'main' });
        this.cancel = button(t('vote.cancel'), () => void this.#cancel(), { tone: 'quiet' });
        this.acts = h('div', { class: 'cacts' }, this.own, this.close, this.cancel);
        this.element = h('li', { class: 'vote-row' }, this.title, this.kind, this.cast, this.counts, this.verdict, this.ballots, this.acts);
    }

    /** @param {any} vote */
    draw(vote) {
        this.vote = vote;
        const { conduct } = this;
        const mayVote = (conduct.you.mayVote ?? []).some((/** @type {any} */ id) => String(id) === String(vote.id));
        const key = JSON.stringify([vote, mayVote, conduct.leads]);
        if (key === this.#drawn) return;
        this.#drawn = key;
        const isOpen = vote.state === 'open';
        this.element.dataset.state = vote.state;
        this.title.textContent = vote.title;
        this.kind.textContent = [t(`vote.kind.${vote.kind}`), t(`vote.by.${vote.by}`), t(`vote.rule.${vote.rule}`), t(`vote.of.${vote.of}`), timeWords(vote.since)].join(' · ');
        this.cast.textContent = t('vote.cast', { cast: vote.cast, eligible: vote.eligible });
        this.cast.style.setProperty('--share', String(vote.eligible ? vote.cast / vote.eligible : 0));
        const counts = vote.result?.counts ?? (vote.ballots && isOpen ? vote.choices.map((/** @type {string} */ _, /** @type {number} */ index) => vote.ballots.filter((/** @type {any} */ one) => one.choice === index).length) : null);
        this.counts.replaceChildren(...vote.choices.map((/** @type {string} */ text, /** @type {number} */ index) => {
            const row = h('div', { class: 'vote-count' }, h('span', { text }), h('b', { text: counts ? String(counts[index] ?? 0) : '–' }), h('i'));
            row.style.setProperty('--share', String(counts && vote.eligible ? (counts[index] ?? 0) / vote.eligible : 0));
            return row;
        }));
        this.verdict.hidden = isOpen;
        this.verdict.textContent = vote.state === 'cancelled' ? t('vote.cancelled') : verdictOf(vote);
        this.verdict.dataset.passed = String(Boolean(vote.result?.passed));
        this.#drawBallots(vote);
        this.own.hidden = !isOpen || !mayVote;
        this.close.hidden = this.cancel.hidden = !isOpen || !conduct.leads;
        this.acts.hidden = !isOpen || (!mayVote && !conduct.leads);
    }

    /** @param {any} vote */
    #drawBallots(vote) {
        this.ballots.hidden = !vote.ballots?.length;
        if (this.ballots.hidden) return;
        const groups = vote.choices.map((/** @type {string} */ text, /** @type {number} */ index) => (
            [text, seatWords(vote.ballots.filter((/** @type {any} */ one) => one.choice === index)).replaceAll(' + ', ', ')]));
        this.ballots.replaceChildren(h('summary', { text: t('vote.ballots', { count: vote.ballots.length }) }), h('dl', {}, ...groups.flatMap(([text, names]) => (
            names ? [h('dt', { text }), h('dd', { text: names })] : []))));
        this.ballots.open = this.#ballotsOpen;
    }

    async #close() {
        const { vote } = this;
        const missing = vote.eligible - vote.cast;
        if (missing > 0 && !await confirm(t('vote.close'), t('vote.close.words', { count: missing }), t('vote.close.yes'), false)) return;
        void this.conduct.act('vote.close', { vote: vote.id });
    }

    async #cancel() {
        const { vote } = this;
        const found = await askReason(t('vote.cancel'), vote.title, t('vote.cancel.reason'), t('vote.cancel.yes'));
        if (found) void this.conduct.act('vote.cancel', { vote: vote.id, ...found });
    }
}

/** @param {any} vote closed @returns {string} */
function verdictOf({ rule, choices, result }) {
    if (!result) return '';
    const why = result.reason === 'quorum' || result.reason === 'tie' ? t(`vote.reason.${result.reason}`) : '';
    const won = rule === 'plurality' && typeof result.choice === 'number' ? t('vote.won', { choice: choices[result.choice] ?? '' }) : '';
    return [won || t(result.passed ? 'vote.passed' : 'vote.failed'), why].filter(Boolean).join(' – ');
}
