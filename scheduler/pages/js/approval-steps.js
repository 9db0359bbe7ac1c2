// The steps of a route as a line: who, when, with which words.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { dueChip, personWords } from './approval-words.js';
import { momentWords } from './times.js';

const SIGNS = { waiting: 'clock', done: 'check', skipped: 'next' };

/** @param {any} one a route */
export function stepsLine(one) {
    const part = (/** @type {any} */ each, /** @type {boolean} */ current) => h('li', { class: `approval-part ${each.state}` },
        icon(SIGNS[/** @type {keyof typeof SIGNS} */ (each.state)]),
        h('span', {}, personWords(each.person),
            h('small', { text: each.state === 'waiting' ? t(current ? 'approval.turn' : 'approval.part.waiting') : `${t(`approval.part.${each.state}`)} · ${momentWords(each.at)}` }),
            each.delegatedBy ? h('small', { text: t('approval.delegated', { name: each.delegatedBy }) }) : null,
            each.note ? h('q', { text: each.note }) : null));
    return h('ol', { class: 'approval-steps', 'aria-label': t('approval.steps') }, ...one.steps.map((/** @type {any} */ step) => h('li', {
        class: step.isCurrent ? 'current' : step.isDone ? 'done' : '', 'aria-current': step.isCurrent ? 'step' : null,
    }, h('p', { class: 'approval-kind' }, h('span', { text: t(`approval.kind.${step.kind}`) }), ' ', step.isDone ? null : dueChip(step.due, step.isLate)),
    h('ul', {}, ...step.parts.map((/** @type {any} */ each) => part(each, step.isCurrent))))));
}

/** What was done, the last first. @param {any} one a route */
export function actsPart(one) {
    const words = (/** @type {any} */ act) => [momentWords(act.at), act.version ? t('approval.version', { n: act.version }) : '', act.round > 1 ? t('approval.round', { n: act.round }) : ''].filter(Boolean).join(' · ');
    return h('section', { class: 'card' }, h('h2', { text: t('history') }), h('ol', { class: 'approval-acts', tabindex: '0', 'aria-label': t('history') }, ...[...one.acts].reverse().map((/** @type {any} */ act) => h('li', {},
        h('p', {}, h('strong', { text: act.who }), ` ${t(`approval.did.${act.act}`)}`, act.to ? ` ${act.to}` : ''), act.note ? h('q', { text: act.note }) : null, h('small', { text: words(act) })))));
}
