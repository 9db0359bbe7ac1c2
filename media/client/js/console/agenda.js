// The agenda: what runs and how long, start and stop, order, items that come up in the meeting.
import { itemTimer } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { ask, button, field, input } from './controls.js';
import { Rows, placeBefore } from './rows.js';

export class AgendaView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.list = h('ol', { class: 'crows agenda-rows', 'aria-label': t('tab.agenda') });
        this.empty = h('p', { class: 'cempty', text: t('agenda.empty') });
        this.add = button(t('agenda.add'), () => void this.#add(), { icon: 'plus' });
        this.total = h('p', { class: 'cnote' });
        this.root = h('div', { class: 'cview' }, h('div', { class: 'cscroll' }, this.empty, this.list), h('div', { class: 'cfoot' }, this.total, this.add));
        this.rows = new Rows(this.list, (id) => new AgendaRow(conduct, id));
    }

    tick() {
        this.draw();
    }

    draw() {
        const items = this.conduct.get('agenda') ?? [];
        this.add.hidden = !this.conduct.leads;
        this.empty.hidden = items.length > 0;
        this.rows.draw(items, ({ id }) => String(id));
        const planned = items.reduce((/** @type {number} */ sum, /** @type {any} */ { minutes }) => sum + (minutes ?? 0), 0);
        this.total.textContent = items.length ? t('agenda.total', { count: items.length, minutes: planned }) : '';
    }

    async #add() {
        const found = await ask(t('agenda.add'), () => {
            const title = input({ maxlength: 300 });
            const owner = input({ maxlength: 200 });
            const minutes = input({ type: 'number', min: 1, max: 600, value: 10 });
            return {
                fields: [field(t('agenda.title'), title), field(t('agenda.owner'), owner), field(t('agenda.minutes'), minutes)],
                read: () => (title.value.trim() ? { title: title.value.trim(), owner: owner.value.trim(), minutes: Math.min(600, Math.max(1, Number(minutes.value) || 10)) } : null),
                yes: t('agenda.add.yes'),
            };
        });
        if (found) void this.conduct.act('agenda.add', found);
    }
}

class AgendaRow {
    /** @param {import('../conduct.js').Conduct} conduct @param {string} id */
    constructor(conduct, id) {
        this.conduct = conduct;
        this.id = id;
        /** @type {any} */
        this.item = null;
        this.number = h('span', { class: 'crow-number' });
        this.title = h('strong');
        this.owner = h('span', { class: 'crow-soft' });
        this.time = h('span', { class: 'ctime' });
        this.run = button('', () => void conduct.act(this.item.since ? 'agenda.stop' : 'agenda.start', { item: this.item.id }), { icon: 'play', bare: true });
        this.up = button(t('move.up'), () => this.#move(-1), { icon: 'arrowup', bare: true });
        this.down = button(t('move.down'), () => this.#move(1), { icon: 'arrowdown', bare: true });
        this.acts = h('span', { class: 'crow-acts' }, this.run, this.up, this.down);
        this.element = h('li', { class: 'crow' }, this.number, h('span', { class: 'crow-words' }, this.title, this.owner), this.time, this.acts);
    }

    /** @param {any} item @param {number} index */
    draw(item, index) {
        this.item = item;
        const { conduct } = this;
        const { text, tone } = itemTimer(item, conduct.now);
        this.element.dataset.state = item.since ? 'now' : item.done ? 'done' : '';
        if (item.since) this.element.setAttribute('aria-current', 'step');
        else this.element.removeAttribute('aria-current');
        this.number.textContent = String(index + 1);
        if (this.title.textContent !== item.title) this.title.textContent = item.title;
        const owner = item.owner ?? '';
        if (this.owner.textContent !== owner) this.owner.textContent = owner;
        this.owner.hidden = !owner;
        const time = item.since || item.spent > 0 ? text : t('agenda.planned', { minutes: item.minutes ?? 0 });
        if (this.time.textContent !== time) this.time.textContent = time;
        this.time.dataset.timer = item.since ? tone : '';
        this.acts.hidden = !conduct.leads;
        const words = t(item.since ? 'agenda.stop' : 'agenda.start', { title: item.title });
        if (this.run.title !== words) {
            const fresh = button(words, () => undefined, { icon: item.since ? 'stop' : 'play', bare: true });
            this.run.replaceChildren(...fresh.childNodes);
            this.run.title = words;
            this.run.setAttribute('aria-label', words);
        }
        const count = (conduct.get('agenda') ?? []).length;
        this.up.setAttribute('aria-disabled', String(index === 0));
        this.down.setAttribute('aria-disabled', String(index === count - 1));
        for (const [one, key] of /** @type {[HTMLElement, string][]} */ ([[this.up, 'move.up'], [this.down, 'move.down']])) one.setAttribute('aria-label', `${t(key)}: ${item.title}`);
    }

    /** @param {number} step */
    #move(step) {
        const items = this.conduct.get('agenda') ?? [];
        const before = placeBefore(items, items.findIndex((/** @type {any} */ { id }) => String(id) === this.id), step);
        if (before !== undefined) void this.conduct.act('agenda.move', { item: this.item.id, before: before?.id ?? null });
    }
}
