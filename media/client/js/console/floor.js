// The floor: who speaks and how long, who waits in which order, and whose turn is next.
import { floorTimer, seatWords, spanWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { button } from './controls.js';
import { Rows, placeBefore } from './rows.js';
import { showTurn, turnChoice } from './turn-length.js';

/** Seconds that a turn is made longer by. */
const EXTENSION = 60;

export class FloorView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct, palette }) {
        this.conduct = conduct;
        this.name = h('strong', { class: 'floor-name' });
        this.state = h('span', { class: 'cnote' });
        this.time = h('span', { class: 'floor-time' });
        this.extend = button(t('floor.extend'), () => void conduct.act('floor.extend', { seconds: EXTENSION }), { icon: 'plus' });
        this.take = button(t('floor.take'), () => void conduct.act('floor.take'), { icon: 'stop', tone: 'danger' });
        this.now = h('section', { class: 'floor-now', 'aria-label': t('floor.now') }, this.state, this.name, this.time, h('div', { class: 'cacts' }, this.extend, this.take));
        this.turn = turnChoice();
        this.turn.setAttribute('aria-label', t('floor.turn'));
        this.turn.addEventListener('change', () => { this.chosen = true; });
        this.chosen = false;
        this.next = button(t('floor.next'), () => void conduct.act('floor.next', this.seconds), { icon: 'next', tone: 'main' });
        this.other = button(t('floor.other'), () => palette(`${t('verb.give')} `), { icon: 'search' });
        this.bar = h('div', { class: 'cacts floor-bar' }, this.next, this.turn, this.other);
        this.title = h('h3');
        this.list = h('ol', { class: 'crows' });
        this.empty = h('p', { class: 'cempty', text: t('floor.empty') });
        this.root = h('div', { class: 'cview' }, this.now, this.bar, h('div', { class: 'cscroll' }, this.title, this.empty, this.list));
        this.rows = new Rows(this.list, () => new QueueRow(this));
    }

    /** What a turn given now may last. */
    get seconds() {
        const seconds = Number(this.turn.value);
        return seconds ? { seconds } : {};
    }

    tick() {
        this.draw();
    }

    draw() {
        const { conduct } = this;
        const floor = conduct.get('floor');
        const queue = conduct.get('queue') ?? [];
        const leads = conduct.leads;
        if (!this.chosen) showTurn(this.turn, conduct.meeting?.policy?.seconds ?? 0);
        this.now.dataset.state = floor?.state ?? '';
        this.state.textContent = t(floor ? `floor.${floor.state}` : 'floor.nobody');
        this.name.textContent = seatWords(floor?.seats);
        const { text, tone } = floor?.state === 'holds' ? floorTimer(floor, conduct.now) : { text: '', tone: '' };
        this.time.textContent = text;
        this.time.dataset.timer = tone;
        this.extend.hidden = !leads || floor?.state !== 'holds' || !floor.until;
        this.take.hidden = !leads || !floor;
        this.bar.hidden = !leads;
        this.next.setAttribute('aria-disabled', String(queue.length === 0));
        this.title.textContent = t('floor.queue', { count: queue.length });
        this.list.setAttribute('aria-label', this.title.textContent ?? '');
        this.empty.hidden = queue.length > 0;
        this.rows.draw(queue, ({ seats }) => seats[0]?.seat ?? '');
    }

    /** @param {string} seat @param {number} step */
    move(seat, step) {
        const queue = this.conduct.get('queue') ?? [];
        const before = placeBefore(queue, queue.findIndex((/** @type {any} */ { seats }) => seats[0]?.seat === seat), step);
        if (before !== undefined) void this.conduct.act('queue.move', { seat, before: before?.seats[0]?.seat ?? null });
    }
}

class QueueRow {
    /** @param {FloorView} view */
    constructor(view) {
        const { conduct } = view;
        this.view = view;
        this.seat = '';
        this.previous = '';
        this.place = h('span', { class: 'crow-number' });
        this.name = h('strong');
        this.since = h('span', { class: 'crow-soft' });
        this.give = button(t('floor.give'), () => void conduct.act('floor.give', { seat: this.seat, ...view.seconds }));
        this.up = button(t('move.up'), () => view.move(this.seat, -1), { icon: 'arrowup', bare: true });
        this.down = button(t('move.down'), () => view.move(this.seat, 1), { icon: 'arrowdown', bare: true });
        this.merge = button(t('queue.merge'), () => { if (this.previous) void conduct.act('queue.merge', { seat: this.seat, with: this.previous }); }, { icon: 'people', bare: true });
        this.drop = button(t('queue.remove'), () => void conduct.act('queue.remove', { seat: this.seat }), { icon: 'close', bare: true });
        this.acts = h('span', { class: 'crow-acts' }, this.give, this.up, this.down, this.merge, this.drop);
        this.element = h('li', { class: 'crow queue-row' }, this.place, h('span', { class: 'crow-words' }, this.name, this.since), this.acts);
    }

    /** @param {any} turn @param {number} index */
    draw({ seats, at }, index) {
        const { conduct } = this.view;
        const queue = conduct.get('queue') ?? [];
        this.seat = seats[0]?.seat ?? '';
        this.previous = queue[index - 1]?.seats[0]?.seat ?? '';
        const name = seatWords(seats);
        this.place.textContent = String(index + 1);
        if (this.name.textContent !== name) {
            this.name.textContent = name;
            for (const [one, key] of /** @type {[HTMLElement, string][]} */ ([[this.give, 'floor.give'], [this.up, 'move.up'], [this.down, 'move.down'], [this.merge, 'queue.merge'], [this.drop, 'queue.remove']])) {
                one.setAttribute('aria-label', `${t(key)}: ${name}`);
            }
        }
        this.since.textContent = t('queue.since', { time: spanWords(conduct.now - at) });
        this.element.dataset.own = String(seats.some((/** @type {any} */ { seat }) => seat === conduct.you.seat));
        this.acts.hidden = !conduct.leads;
        this.up.setAttribute('aria-disabled', String(index === 0));
        this.merge.setAttribute('aria-disabled', String(index === 0));
        this.down.setAttribute('aria-disabled', String(index === queue.length - 1));
    }
}
