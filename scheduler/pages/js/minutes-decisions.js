// The conclusions of a meeting: what is to be done, by whom and by when, counted in working days.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { dateInput, field, input, textarea } from './forms.js';
import { autosave } from './minutes-saving.js';
import { addDays, dayWords } from './times.js';
import { button, empty } from './ui.js';

/** What the working-day rule says of a day. @param {string|null} day @param {any} minutes */
function dueWords(day, minutes) {
    const { daysOff, known, from: first } = minutes.conclusions;
    if (!day) return { words: '', kind: '' };
    if (day < first) return { words: t('minutes.due.before'), kind: 'bad' };
    if (day > known) return { words: '', kind: '' };
    if (daysOff.includes(day)) {
        let next = day;
        while (next < known && daysOff.includes(next)) next = addDays(next, 1);
        return { words: t('minutes.due.off', { next: dayWords(next) }), kind: 'warn' };
    }
    let n = 0;
    for (let one = addDays(first, 1); one <= day; one = addDays(one, 1)) if (!daysOff.includes(one)) n += 1;
    return { words: t('minutes.due.working', { n }), kind: '' };
}

/**
 * @param {{keep: (act: any) => Promise<void>, latest: () => any}} page
 */
export function decisions({ keep, latest }) {
    const list = h('div', { class: 'minutes-cards' });
    const none = empty(t('minutes.decisions.none'));
    const add = button(t('minutes.decision.add'), { icon: 'plus', click: () => { const one = card(null); place(); one.text.focus(); } });
    const root = h('div', {}, list, none, add);
    /** @type {any[]} */
    let cards = [];

    /** @param {any} decision null: one that is only being written */
    function card(decision) {
        const one = { id: decision?.id ?? null, removed: false };
        const text = textarea(decision?.text ?? '', { rows: 2, maxlength: 4000 });
        const owner = input({ maxlength: 200 });
        owner.value = decision?.owner ?? '';
        const rule = h('span', { class: 'minutes-rule' });
        const say = () => {
            const { words, kind } = dueWords(due.day(), latest());
            rule.textContent = words;
            rule.className = `minutes-rule ${kind}`;
        };
        const due = dateInput(decision?.due ?? null, () => { say(); watch.touch(); });
        const number = h('h3', {});
        const remove = button(t('minutes.decision.remove'), { icon: 'close', bare: true, click: () => void drop() });
        const root = h('section', { class: 'minutes-card' }, h('div', { class: 'minutes-card-head' }, number, remove),
            field('text', t('minutes.decision.text'), text, { wide: true }),
            h('div', { class: 'minutes-pair' }, field('owner', t('minutes.decision.owner'), owner), h('div', {}, field('due', t('minutes.decision.due'), due), rule)));
        const whole = () => ({ text: text.value.trim(), owner: owner.value.trim(), due: due.day(), item: one.item ?? null });
        const watch = autosave(root, async () => {
            const form = whole();
            if (!form.text || one.removed) return;
            if (one.id !== null) return keep({ do: 'decision.edit', decision: one.id, ...form });
            const before = new Set(cards.map((/** @type {any} */ other) => other.id));
            const known = new Set(latest().decisions.map((/** @type {any} */ other) => other.id));
            one.adding = true;
            try {
                await keep({ do: 'decision.add', ...form });
                // The act answers without a number: the new one with these words is ours.
                const mine = latest().decisions.filter((/** @type {any} */ other) => !known.has(other.id) && !before.has(other.id) && other.text === form.text).at(-1);
                one.id = mine?.id ?? null;
            } finally {
                one.adding = false;
                update(latest());
            }
        });
        async function drop() {
            one.removed = true;
            cards = cards.filter((other) => other !== one);
            const next = cards[0]?.text ?? add;
            place();
            next.focus();
            if (one.id !== null) await keep({ do: 'decision.remove', decision: one.id }).catch(() => undefined);
        }
        Object.assign(one, { root, text, number, remove, watch, item: decision?.item ?? null, show: (/** @type {any} */ fresh) => {
            if (watch.isDirty()) return;
            text.value = fresh.text;
            owner.value = fresh.owner;
            due.set(fresh.due ?? null);
            one.item = fresh.item;
            say();
        } });
        say();
        cards.push(one);
        return /** @type {any} */ (one);
    }

    function place() {
        cards.forEach((one, index) => {
            one.number.textContent = t('minutes.decision.n', { n: index + 1 });
            one.remove.setAttribute('aria-label', t('minutes.decision.remove.n', { n: index + 1 }));
            if (list.children[index] !== one.root) list.insertBefore(one.root, list.children[index] ?? null);
        });
        while (list.children.length > cards.length) list.lastElementChild?.remove();
        none.hidden = cards.length > 0;
    }

    /** @param {any} minutes */
    function update(minutes) {
        // While one's own is on its way, its number is not known: the next answer has it.
        if (cards.some((one) => one.adding)) return;
        const ids = new Set(minutes.decisions.map((/** @type {any} */ one) => one.id));
        cards = cards.filter((one) => one.id === null || ids.has(one.id));
        for (const decision of minutes.decisions) {
            const known = cards.find((one) => one.id === decision.id);
            if (known) known.show(decision);
            else card(decision);
        }
        place();
    }
    return { root, update };
}
