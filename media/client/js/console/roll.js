// The roll by unit: who has answered, the quorum as it stands, corrections with their reason, the signature.
import { spanWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { ask, button, choice, confirm, field, input } from './controls.js';
import { SeatTree } from './seat-tree.js';
import { correct } from './verbs.js';

const STATES = ['present', 'late', 'dropped', 'expected', 'absent', 'delegated'];
/** @type {Record<string, string>} */
const TONES = { present: 'good', late: 'warn', dropped: 'bad', absent: 'bad', delegated: 'good', expected: '' };

export class RollView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.words = h('strong', { class: 'quorum-words' });
        this.bar = h('div', { class: 'quorum-bar', 'aria-hidden': 'true' }, h('i'), h('b'));
        this.state = h('span', { class: 'cnote' });
        this.open = button(t('roll.open'), () => void this.#open(), { icon: 'roll', tone: 'main' });
        this.close = button(t('roll.close'), () => void conduct.act('roll.close'), { icon: 'stop' });
        this.sign = button(t('roll.sign'), () => void this.#sign(), { icon: 'check', tone: 'main' });
        this.quorum = button(t('quorum.set'), () => void this.#quorum(), { icon: 'edit', bare: true });
        this.correct = button(t('roll.correct'), () => void correct(conduct, this.tree.seats), { icon: 'edit' });
        this.clear = button(t('tree.clear'), () => this.tree.clear(), { tone: 'quiet' });
        this.chosen = h('span');
        this.tree = new SeatTree(conduct, {
            label: t('tab.roll'),
            // Whoever leads without being invited is on no roll.
            among: ({ invited }) => invited !== false,
            filters: STATES.map((id) => ({ id, label: t(`roll.${id}`), test: (seat) => seat.roll === id })),
            signs: (seat) => ({
                text: t(`roll.${seat.roll}`), tone: TONES[seat.roll] ?? '',
                signs: /** @type {[string, string][]} */ ([
                    ...(seat.how === 'hand' ? [['edit', t('roll.by.hand', { reason: seat.reason })]] : []),
                    ...(seat.drops ? [['line', t('roll.drops', { count: seat.drops, time: spanWords(seat.away) })]] : []),
                ]),
            }),
            unitWords: (counts, all) => t('roll.unit', { present: (counts.present ?? 0) + (counts.late ?? 0) + (counts.delegated ?? 0), all }),
            changed: () => this.draw(), open: (seat) => { if (conduct.leads) void correct(conduct, [seat]); },
        });
        this.bulk = h('div', { class: 'cfoot bulk', hidden: true }, this.chosen, this.correct, this.clear);
        this.root = h('div', { class: 'cview' },
            h('section', { class: 'quorum', 'aria-label': t('quorum.label') }, h('div', { class: 'quorum-head' }, this.words, this.quorum), this.bar, this.state,
                h('div', { class: 'cacts' }, this.open, this.close, this.sign)),
            this.tree.root, this.bulk);
    }

    tick() {
        this.#drawHead();
    }

    draw() {
        this.#drawHead();
        this.tree.draw();
        const count = this.tree.selected.size;
        this.bulk.hidden = !this.conduct.leads || count === 0;
        this.chosen.textContent = t('tree.chosen', { count });
    }

    #drawHead() {
        const { conduct } = this;
        const roll = conduct.get('roll') ?? { state: 'none', counts: {}, quorum: {} };
        const { present = 0, of = 0, needed = 0, reached = false } = roll.quorum ?? {};
        const words = t(reached ? 'quorum.reached' : 'quorum.missing', { present, of, needed });
        if (this.words.textContent !== words) this.words.textContent = words;
        this.bar.dataset.reached = String(reached);
        this.bar.style.setProperty('--share', String(of ? present / of : 0));
        this.bar.style.setProperty('--needed', String(of ? needed / of : 0));
        const left = roll.until ? t('roll.left', { time: spanWords(roll.until - conduct.now) }) : '';
        this.state.textContent = [t(`roll.is.${roll.state}`, { name: roll.by ?? '' }), roll.state === 'open' ? left : ''].filter(Boolean).join(' · ');
        const { leads } = conduct;
        this.open.hidden = !leads || roll.state === 'open';
        this.open.dataset.tone = roll.state === 'none' ? 'main' : '';
        this.close.hidden = !leads || roll.state !== 'open';
        this.sign.hidden = !leads || roll.state !== 'closed';
        this.quorum.hidden = !leads;
    }

    async #open() {
        const minutes = await ask(t('roll.open'), () => {
            const span = choice([['0', t('roll.open.free')], ...['1', '2', '3', '5', '10'].map((one) => /** @type {[string, string]} */ ([one, t('floor.minutes', { minutes: one })]))], '3');
            return { fields: [h('p', { text: t('roll.open.words') }), field(t('roll.open.span'), span)], read: () => Number(span.value), yes: t('roll.open.yes') };
        });
        if (minutes !== null) void this.conduct.act('roll.open', minutes ? { minutes } : {});
    }

    async #sign() {
        if (await confirm(t('roll.sign'), t('roll.sign.words'), t('roll.sign.yes'), false)) void this.conduct.act('roll.sign');
    }

    async #quorum() {
        const quorum = this.conduct.get('roll')?.quorum ?? {};
        const share = await ask(t('quorum.set'), () => {
            const numerator = input({ type: 'number', min: 1, max: 100, value: quorum.numerator ?? 1 });
            const denominator = input({ type: 'number', min: 1, max: 100, value: quorum.denominator ?? 2 });
            return {
                fields: [h('p', { text: t('quorum.words') }), h('div', { class: 'cpair' }, field(t('quorum.numerator'), numerator), field(t('quorum.denominator'), denominator))],
                read: () => {
                    const [upper, lower] = [Math.floor(Number(numerator.value)), Math.floor(Number(denominator.value))];
                    return upper >= 1 && lower >= upper && lower <= 100 ? { numerator: upper, denominator: lower } : null;
                },
            };
        });
        if (share) void this.conduct.act('quorum', share);
    }
}
