// "Lặp lại": recurrence in the words of an office, never in those of a calendar program.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { dateInput, field, input, select } from './forms.js';
import { choiceOf, lastOfMonth, nthOfMonth, ruleOf, WEEKDAYS } from './rule.js';
import { addDays, weekday, weekdayWords } from './times.js';

/**
 * @param {string|null} rule
 * @param {string} start the day from which the choices take their weekday and day of the month
 * @param {() => void} changed
 */
export function ruleForm(rule, start, changed) {
    let day = start.slice(0, 10);
    let choice = choiceOf(rule, day);
    const kind = select([], '', { 'data-main': '' });
    const every = input({ type: 'number', min: 1, max: 52, class: 'input short', 'aria-label': t('rule.every') });
    const everyUnit = h('span');
    const everyLine = h('div', { class: 'inline' }, h('span', { text: t('rule.every') }), every, everyUnit);
    const days = h('div', { class: 'days', role: 'group', 'aria-label': t('rule.days') });
    const end = select([['never', t('rule.end.never')], ['until', t('rule.end.until')], ['count', t('rule.end.count')]], choice.end, { 'data-main': '' });
    const until = dateInput(choice.until, (found) => {
        choice.until = found;
        changed();
    });
    until.text.setAttribute('aria-label', t('rule.end.until'));
    const count = input({ type: 'number', min: 1, max: 520, class: 'input short', 'aria-label': t('rule.end.count') });
    const countLine = h('div', { class: 'inline' }, count, h('span', { text: t('rule.times') }));
    const endField = field('ruleEnd', t('rule.end'), h('div', { class: 'rule-end' }, end, until, countLine));
    const more = h('div', { class: 'rule-more' }, everyLine, days, endField);
    const element = h('div', { class: 'rule' }, kind, more);

    function draw() {
        const name = weekdayWords(day);
        const choices = [
            ['none', t('rule.none')], ['daily', t('rule.daily')], ['weekly', t('rule.weekly')],
            ['month-day', t('rule.month-day', { day: Number(day.slice(8)) })],
            ['month-nth', t('rule.month-nth', { nth: t(lastOfMonth(day) ? 'nth.last' : `nth.${nthOfMonth(day)}`), weekday: name })],
            ['month-first', t('rule.month-first')], ['month-last', t('rule.month-last')],
            ['yearly', t('rule.yearly', { day: `${Number(day.slice(8))}/${Number(day.slice(5, 7))}` })],
        ];
        if (choice.kind === 'other') choices.push(['other', t('rule.other')]);
        kind.replaceChildren(...choices.map(([value, words]) => h('option', { value, text: words })));
        kind.value = choice.kind;
        more.hidden = choice.kind === 'none' || choice.kind === 'other';
        days.hidden = choice.kind !== 'weekly';
        every.value = String(choice.every);
        everyUnit.textContent = t(`rule.unit.${choice.kind.split('-')[0]}`);
        end.value = choice.end;
        until.hidden = choice.end !== 'until';
        countLine.hidden = choice.end !== 'count';
        count.value = String(choice.count);
        for (const box of days.querySelectorAll('input')) box.checked = choice.days.includes(Number(box.value));
    }
    WEEKDAYS.forEach((_, index) => days.append(h('label', { class: 'day' },
        h('input', {
            type: 'checkbox', value: index,
            change: (/** @type {any} */ event) => {
                const set = new Set(choice.days);
                if (event.target.checked) set.add(index);
                else set.delete(index);
                choice.days = [...set].sort();
                changed();
            },
        }), h('span', { text: t(`weekday.short.${index}`), 'aria-hidden': 'true' }), h('span', { class: 'visually-hidden', text: t(`weekday.${index}`) }))));
    kind.addEventListener('change', () => {
        choice.kind = kind.value;
        if (choice.kind === 'weekly' && !choice.days.length) choice.days = [weekday(day)];
        draw();
        changed();
    });
    every.addEventListener('input', () => {
        choice.every = Math.max(1, Math.min(52, Number(every.value) || 1));
        changed();
    });
    end.addEventListener('change', () => {
        choice.end = end.value;
        if (choice.end === 'until' && !choice.until) {
            choice.until = addDays(day, 364);
            until.set(choice.until);
        }
        draw();
        changed();
    });
    count.addEventListener('input', () => {
        choice.count = Math.max(1, Math.min(520, Number(count.value) || 1));
        changed();
    });
    draw();
    return Object.assign(element, {
        rule: () => ruleOf(choice, day),
        /** The weekday follows the date as long as nobody chose others. @param {string} next */
        moveTo: (next) => {
            if (choice.kind !== 'other' && choice.days.length <= 1) choice.days = [weekday(next)];
            day = next;
            draw();
        },
    });
}
