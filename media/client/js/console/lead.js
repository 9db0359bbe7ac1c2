// The meeting itself: opening and ending it, who leads and who takes over, the rules of speaking, and the other pages.
import { timeWords } from '../conduct-words.js';
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { plainWords } from '../plain-words.js';
import { ask, button, confirm, field, input, toggle } from './controls.js';
import { RecordingPart } from './recording.js';
import { Rows } from './rows.js';
import { showTurn, turnChoice } from './turn-length.js';

export class LeadView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.state = h('p', { class: 'lead-state' });
        this.open = button(t('lead.open'), () => void conduct.act('open'), { icon: 'play', tone: 'main' });
        this.close = button(t('lead.close'), () => void this.#close(), { icon: 'stop', tone: 'danger' });
        this.recording = new RecordingPart(conduct);
        this.chair = h('p', { class: 'lead-chair' });
        this.hand = button(t('lead.hand'), () => void this.#hand(), { icon: 'people' });
        this.take = button(t('lead.take'), () => void conduct.act('chair.take'), { icon: 'repeat' });
        this.deputies = h('ol', { class: 'crows', 'aria-label': t('lead.deputies') });
        this.add = button(t('lead.deputy.add'), () => void this.#addDeputy(), { icon: 'plus' });
        this.self = toggle(t('policy.self'), true, (on) => this.#policy({ selfUnmute: on }));
        this.consent = toggle(t('policy.consent'), true, (on) => this.#policy({ consent: on }));
        this.turn = turnChoice();
        this.turn.addEventListener('change', () => this.#policy({ seconds: Number(this.turn.value) }));
        this.links = h('nav', { class: 'lead-links', 'aria-label': t('lead.pages') });
        const part = (/** @type {string} */ title, /** @type {any[]} */ ...children) => h('section', { class: 'lead-part' }, h('h3', { text: t(title) }), ...children);
        this.root = h('div', { class: 'cview' }, h('div', { class: 'cscroll lead' },
            part('lead.meeting', this.state, h('div', { class: 'cacts' }, this.open, this.close)),
            this.recording.element,
            part('lead.chair', this.chair, h('div', { class: 'cacts' }, this.hand, this.take)),
            part('lead.deputies', h('p', { class: 'cnote', text: t('lead.deputies.note') }), this.deputies, this.add),
            part('policy.title', this.self.element, this.consent.element, field(t('policy.turn'), this.turn)),
            part('lead.pages', this.links)));
        this.rows = new Rows(this.deputies, (seat) => new DeputyRow(this, seat));
    }

    draw() {
        const { conduct } = this;
        const { meeting } = conduct;
        if (!meeting) return;
        const { state, openedAt, endedAt, chair, booked, acting } = meeting;
        const policy = conduct.going('policy') ?? meeting.policy;
        this.state.textContent = t(`lead.is.${state}`, { start: timeWords(meeting.start), opened: timeWords(openedAt ?? 0), ended: timeWords(endedAt ?? 0) });
        this.open.hidden = state !== 'planned';
        this.close.hidden = state !== 'open';
        this.recording.draw();
        this.chair.textContent = !chair ? t('lead.chair.none') : t(acting ? 'lead.chair.acting' : 'lead.chair.is', { name: chair.name, booked: booked?.name ?? '' });
        this.take.hidden = !booked || booked.seat === chair?.seat;
        this.rows.draw(meeting.deputies ?? [], ({ seat }) => seat);
        this.self.box.checked = Boolean(policy?.selfUnmute);
        this.consent.box.checked = Boolean(policy?.consent);
        if (document.activeElement !== this.turn) showTurn(this.turn, policy?.seconds ?? 0);
        this.#drawLinks(meeting.occurrence);
    }

    /** @param {number|undefined} occurrence */
    #drawLinks(occurrence) {
        const here = new URL(location.href);
        here.searchParams.set('console', 'only');
        const links = [
            ...(occurrence ? [['lead.readiness', `/san-sang/${occurrence}`], ['lead.minutes', `/bien-ban/${occurrence}`]] : []), ['lead.second', here.href],
        ];
        const key = links.map(([, href]) => href).join();
        if (this.links.dataset.key === key) return;
        this.links.dataset.key = key;
        this.links.replaceChildren(...links.map(([words, href]) => h('a', { class: 'cbutton', href, target: '_blank', rel: 'noopener' }, icon('open'), h('span', { text: t(words) }))));
    }

    /** @param {Record<string, any>} change */
    #policy(change) {
        const { selfUnmute = true, consent = true, seconds = 0 } = this.conduct.going('policy') ?? this.conduct.meeting?.policy ?? {};
        void this.conduct.act('policy', { selfUnmute, consent, seconds, ...change });
    }

    /** @param {string[]} seats in order */
    setDeputies(seats) {
        void this.conduct.act('deputies', { seats });
    }

    async #close() {
        if (await confirm(t('lead.close'), t('lead.close.words'), t('lead.close.yes'))) void this.conduct.act('close');
    }

    async #hand() {
        const seat = await this.#pick(t('lead.hand'), t('lead.hand.words'), []);
        if (seat) void this.conduct.act('chair.hand', { seat });
    }

    async #addDeputy() {
        const known = (this.conduct.meeting?.deputies ?? []).map((/** @type {any} */ { seat }) => seat);
        const seat = await this.#pick(t('lead.deputy.add'), t('lead.deputies.note'), known);
        if (seat) this.setDeputies([...known, seat]);
    }

    /** @param {string} title @param {string} words @param {string[]} without @returns {Promise<string|null>} a seat */
    #pick(title, words, without) {
        const seats = this.conduct.list('seat').filter(({ seat }) => !without.includes(seat) && seat !== this.conduct.meeting?.chair?.seat)
            .sort((one, other) => Number(other.connected) - Number(one.connected) || one.name.localeCompare(other.name, 'vi'));
        return ask(title, () => {
            const list = h('select', { class: 'cinput', size: 8 });
            const draw = () => {
                const wanted = plainWords(search.value);
                list.replaceChildren(...seats.filter(({ name }) => plainWords(name).includes(wanted)).map(({ seat, name, connected }) => h('option', { value: seat, text: connected ? name : t('lead.absent', { name }) })));
                list.selectedIndex = 0;
            };
            const search = input({ type: 'search', input: draw });
            draw();
            return { fields: [h('p', { text: words }), field(t('tree.search'), search), field(t('lead.seat'), list)], read: () => list.value || null };
        });
    }
}

class DeputyRow {
    /** @param {LeadView} view @param {string} seat */
    constructor(view, seat) {
        const others = () => (view.conduct.meeting?.deputies ?? []).map((/** @type {any} */ one) => one.seat);
        this.number = h('span', { class: 'crow-number' });
        this.name = h('strong');
        this.up = button(t('move.up'), () => {
            const seats = others();
            const here = seats.indexOf(seat);
            if (here > 0) view.setDeputies([...seats.slice(0, here - 1), seat, seats[here - 1], ...seats.slice(here + 1)]);
        }, { icon: 'arrowup', bare: true });
        this.drop = button(t('lead.deputy.remove'), () => view.setDeputies(others().filter((/** @type {string} */ one) => one !== seat)), { icon: 'close', bare: true });
        this.element = h('li', { class: 'crow' }, this.number, h('span', { class: 'crow-words' }, this.name), h('span', { class: 'crow-acts' }, this.up, this.drop));
    }

    /** @param {any} deputy @param {number} index */
    draw({ name }, index) {
        this.number.textContent = String(index + 1);
        this.name.textContent = name;
        this.up.setAttribute('aria-label', `${t('move.up')}: ${name}`);
        this.up.setAttribute('aria-disabled', String(index === 0));
        this.drop.setAttribute('aria-label', `${t('lead.deputy.remove')}: ${name}`);
    }
}
