// What a vote is opened with.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { area, choice, field, input, toggle } from './controls.js';

const LEAST = 2;
const MOST = 8;
const KINDS = ['open', 'roll', 'secret'];
const RULES = ['majority', 'two-thirds', 'three-quarters', 'plurality'];
const OF = ['present', 'all', 'cast'];

/** @param {string} family @param {string[]} values @returns {HTMLSelectElement} */
function choiceOf(family, values) {
    return choice(values.map((value) => [value, t(`${family}.${value}`)]));
}

/** The form for `ask`. */
export function voteForm() {
    const title = input({ maxlength: 300, placeholder: t('vote.title.example') });
    const kind = choiceOf('vote.kind', KINDS);
    const by = choiceOf('vote.by', ['unit', 'seat']);
    const rule = choiceOf('vote.rule', RULES);
    const of = choiceOf('vote.of', OF);
    const choices = area({ rows: 3 });
    choices.value = [t('vote.yes'), t('vote.no'), t('vote.other')].join('\n');
    let needsQuorum = true;
    const quorum = toggle(t('vote.quorum'), needsQuorum, (on) => { needsQuorum = on; });
    const lines = () => choices.value.split('\n').map((line) => line.trim()).filter(Boolean);
    return {
        fields: [
            field(t('vote.title'), title), field(t('vote.choices'), choices, t('vote.choices.note', { least: LEAST, most: MOST })),
            h('div', { class: 'cpair' }, field(t('vote.kind'), kind), field(t('vote.by'), by)),
            h('div', { class: 'cpair' }, field(t('vote.rule'), rule), field(t('vote.of'), of)), quorum.element,
        ],
        read: () => (title.value.trim() && lines().length >= LEAST && lines().length <= MOST ? {
            title: title.value.trim(), kind: kind.value, by: by.value, choices: lines(), rule: rule.value, of: of.value, needsQuorum,
        } : null),
        yes: t('vote.open.yes'),
    };
}
