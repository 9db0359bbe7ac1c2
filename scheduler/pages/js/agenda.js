// The agenda: items in order, who answers for each, how long; and whether it fits the meeting.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { input } from './forms.js';
import { lengthWords } from './times.js';
import { button } from './ui.js';

/**
 * @param {{title: string, owner: string, minutes: number}[]} start
 * @param {() => number} length minutes of the meeting
 * @param {() => void} changed
 */
export function agendaEditor(start, length, changed) {
    let items = start.map((one) => ({ ...one }));
    const list = h('ol', { class: 'agenda-edit' });
    const total = h('p', { class: 'agenda-total', role: 'status' });
    const add = button(t('agenda.add'), {
        icon: 'plus', small: true,
        click: () => {
            items.push({ title: '', owner: '', minutes: 15 });
            draw();
            list.lastElementChild?.querySelector('input')?.focus();
        },
    });
    function count() {
        const sum = items.reduce((all, one) => all + (Number(one.minutes) || 0), 0);
        const over = sum > length();
        total.hidden = !items.length;
        total.classList.toggle('over', over);
        total.textContent = t(over ? 'agenda.over' : 'agenda.total', { sum: lengthWords(sum), length: lengthWords(length()) });
    }
    const tell = () => {
        count();
        changed();
    };
    /** @param {number} from @param {number} to */
    const move = (from, to) => {
        const [one] = items.splice(from, 1);
        items.splice(to, 0, one);
        draw();
        tell();
        /** @type {any} */ (list.children[to]?.querySelectorAll('button')[to < from ? 0 : 1])?.focus();
    };
    function draw() {
        list.replaceChildren(...items.map((one, index) => {
            const number = index + 1;
            const write = (/** @type {'title'|'owner'|'minutes'} */ key) => (/** @type {any} */ event) => {
                Object.assign(one, { [key]: key === 'minutes' ? Number(event.target.value) || 0 : event.target.value });
                tell();
            };
            const up = button(t('agenda.up', { n: number }), { icon: 'caretup', bare: true, click: () => move(index, index - 1) });
            const down = button(t('agenda.down', { n: number }), { icon: 'caretdown', bare: true, click: () => move(index, index + 1) });
            up.disabled = index === 0;
            down.disabled = index === items.length - 1;
            return h('li', {}, h('span', { class: 'agenda-number', 'aria-hidden': 'true', text: String(number) }),
                input({ value: one.title, placeholder: t('agenda.title'), 'aria-label': t('agenda.title.n', { n: number }), class: 'input agenda-what', input: write('title'), maxlength: 300 }),
                input({ value: one.owner, placeholder: t('agenda.owner'), 'aria-label': t('agenda.owner.n', { n: number }), class: 'input agenda-who', input: write('owner'), maxlength: 200 }),
                h('span', { class: 'agenda-minutes' }, input({ type: 'number', min: 0, max: 600, step: 5, value: one.minutes, 'aria-label': t('agenda.minutes.n', { n: number }), input: write('minutes') }), h('span', { text: t('minutes.short') })),
                h('span', { class: 'agenda-tools' }, up, down, button(t('agenda.remove', { n: number }), {
                    icon: 'close', bare: true,
                    click: () => {
                        items.splice(index, 1);
                        draw();
                        tell();
                        add.focus();
                    },
                })));
        }));
        count();
    }
    draw();
    return Object.assign(h('div', { class: 'agenda-box', 'data-field': 'agenda', 'data-label': t('part.agenda') }, list, h('span', { class: 'wrong', hidden: true }), h('div', { class: 'agenda-foot' }, add, total)), {
        items: () => items.filter((one) => one.title.trim()).map((one) => ({ ...one, title: one.title.trim(), owner: one.owner.trim() })),
        recount: count,
    });
}
