// The waiting room and the lock.
import { spanWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { button, toggle } from './controls.js';
import { Rows } from './rows.js';

export class DoorView {
    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.waiting = toggle(t('door.waiting.on'), false, (on) => void conduct.act('waiting', { on }));
        this.lock = toggle(t('door.lock.on'), false, (on) => void conduct.act('lock', { on }));
        this.title = h('h3');
        this.all = button(t('door.admit.all'), () => void conduct.act('admit', { all: true }), { icon: 'check', tone: 'main' });
        this.empty = h('p', { class: 'cempty', text: t('door.empty') });
        this.list = h('ul', { class: 'crows' });
        this.root = h('div', { class: 'cview' },
            h('div', { class: 'cswitches' }, this.waiting.element, h('p', { class: 'cnote', text: t('door.waiting.note') }), this.lock.element, h('p', { class: 'cnote', text: t('door.lock.note') })),
            h('div', { class: 'chead' }, this.title, this.all), h('div', { class: 'cscroll' }, this.empty, this.list));
        this.rows = new Rows(this.list, () => new WaitingRow(conduct));
    }

    tick() {
        this.draw();
    }

    draw() {
        const { conduct } = this;
        const list = conduct.get('waiting') ?? [];
        this.waiting.box.checked = Boolean(conduct.going('waiting')?.on ?? conduct.meeting?.waiting);
        this.lock.box.checked = Boolean(conduct.going('lock')?.on ?? conduct.meeting?.locked);
        this.title.textContent = t('door.count', { count: list.length });
        this.list.setAttribute('aria-label', this.title.textContent ?? '');
        this.all.hidden = list.length === 0;
        this.empty.hidden = list.length > 0;
        this.rows.draw(list, ({ seat }) => seat);
    }
}

class WaitingRow {
    /** @param {import('../conduct.js').Conduct} conduct */
    constructor(conduct) {
        this.conduct = conduct;
        this.seat = '';
        this.name = h('strong');
        this.since = h('span', { class: 'crow-soft' });
        this.admit = button(t('door.admit'), () => void conduct.act('admit', { seat: this.seat }));
        this.turn = button(t('door.turnaway'), () => void conduct.act('turnaway', { seat: this.seat }), { icon: 'close', bare: true });
        this.element = h('li', { class: 'crow' }, h('span', { class: 'crow-words' }, this.name, this.since), h('span', { class: 'crow-acts' }, this.admit, this.turn));
    }

    /** @param {any} one */
    draw({ seat, name, since }) {
        this.seat = seat;
        if (this.name.textContent !== name) {
            this.name.textContent = name;
            this.admit.setAttribute('aria-label', `${t('door.admit')}: ${name}`);
            this.turn.setAttribute('aria-label', `${t('door.turnaway')}: ${name}`);
        }
        this.since.textContent = t('queue.since', { time: spanWords(this.conduct.now - since) });
    }
}
