// How long recordings are kept: what the rules are, which are over their time, and what two people decide about them.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery, send } from '../api.js';
import { formDialog } from '../form-dialog.js';
import { dateInput, field, input, select, textarea } from '../forms.js';
import { integrityWords, keepingChip, keepingWords, storingWords } from '../recording-keeping.js';
import { countChips } from '../table.js';
import { momentWords } from '../times.js';
import { button, during, empty, errorText, fill, linkButton, notice, pageHead, toast } from '../ui.js';

const CLASSES = ['periodic', 'single', 'emergency'];
const STANDINGS = ['due', 'proposed', 'held', 'kept', 'destroyed'];
const TONES = /** @type {Record<string, string>} */ ({ due: 'decline', proposed: 'delegate', held: 'delegate', kept: 'accept', destroyed: 'plain' });

/** @param {any} rules @param {boolean} mayEdit */
const rulesPart = (rules, mayEdit) => h('section', { class: 'card' }, h('h2', { text: t('keeping.rules') }),
    h('dl', { class: 'keeping-rules' }, ...CLASSES.map((kind) => h('div', {},
        h('dt', { text: t(`keeping.kind.${kind}`) }), h('dd', { text: rules[kind] ? t('keeping.years', { n: rules[kind] }) : t('keeping.forever') })))),
    h('p', { class: 'fine', text: t('keeping.rules.words') }),
    mayEdit ? h('div', {}, linkButton(t('keeping.rules.edit'), '/cai-dat', { icon: 'gear', small: true })) : null);

/**
 * Asks for a reason, and for what else an act needs.
 * @param {any} recording @param {string} act
 * @param {{fields?: Node[], body?: () => Record<string, any>, check?: () => Record<string, string>, kind?: string}} more
 * @param {() => Promise<any>} done
 */
function ask(recording, act, { fields = [], body = () => ({}), check = () => ({}), kind }, done) {
    const reason = textarea('', { maxlength: 500 });
    const words = act === 'confirm' ? [h('p', { text: t('keeping.confirm.words', { decision: recording.retention.disposal.decision, name: recording.retention.disposal.proposedBy }) }), notice('warn', t('keeping.confirm.warn'))]
        : [...fields, field('reason', t('keeping.reason'), reason)];
    formDialog(t(`keeping.do.${act}`), words, {
        label: t(`keeping.do.${act}`), kind,
        check: () => ({ ...check(), ...(act === 'confirm' || reason.value.trim() ? {} : { reason: t('keeping.reason.none') }) }),
        act: async () => {
            await send('POST', `/api/recordings/${recording.id}/retention`, { do: act, ...(act === 'confirm' ? {} : { reason: reason.value.trim() }), ...body() });
            toast(t(`keeping.done.${act}`));
            await done();
        },
    });
}

/** What each act asks for beside a reason. @param {any} recording @param {() => Promise<any>} done @returns {Record<string, () => void>} */
function acts(recording, done) {
    return {
        hold: () => ask(recording, 'hold', {}, done),
        release: () => {
            const which = select(recording.retention.holds.map((/** @type {any} */ one) => [String(one.id), one.reason]), String(recording.retention.holds[0].id));
            ask(recording, 'release', { fields: [field('hold', t('keeping.hold'), which)], body: () => ({ hold: Number(which.value) }) }, done);
        },
        keep: () => {
            const until = dateInput(null);
            const missing = () => /** @type {Record<string, string>} */ (until.text.value && !until.day() ? { until: t('date.wrong') } : {});
            ask(recording, 'keep', { fields: [field('until', t('keeping.until.day'), until, { hint: t('keeping.until.hint'), optional: true })], check: missing, body: () => ({ until: until.day() ?? '' }) }, done);
        },
        propose: () => {
            const decision = input({ maxlength: 200, placeholder: t('keeping.decision.example') });
            const missing = () => /** @type {Record<string, string>} */ (decision.value.trim() ? {} : { decision: t('keeping.decision.none') });
            ask(recording, 'propose', { fields: [notice('plain', t('keeping.propose.words')), field('decision', t('keeping.decision'), decision)], check: missing, body: () => ({ decision: decision.value.trim() }), kind: 'danger-line' }, done);
        },
        confirm: () => ask(recording, 'confirm', { kind: 'danger-line' }, done),
        refuse: () => ask(recording, 'refuse', {}, done),
    };
}

/** @param {any} line @param {boolean} mayCheck @param {() => Promise<any>} done */
function row({ meeting, recording, may }, mayCheck, done) {
    const { retention, integrity } = recording;
    const offered = acts(recording, done);
    const check = mayCheck && recording.state === 'closed' && retention.standing !== 'destroyed' ? button(t('integrity.check'), {
        icon: 'check', small: true,
        click: () => during(check, async () => {
            try {
                await send('POST', `/api/recordings/${recording.id}/check`, {});
                await done();
            } catch (error) {
                toast(errorText(error), 'bad');
            }
        }),
    }) : null;
    const disposal = retention.disposal;
    return h('li', { class: 'found keeping' }, icon('films'), h('div', {},
        h('p', { class: 'found-head' }, h('a', { class: 'found-link', href: `/phien/${meeting.id}?ban-ghi=${recording.number}`, text: meeting.title }), keepingChip(recording)),
        h('p', { class: 'fine', text: [momentWords(recording.started), meeting.organiser.name, t(`keeping.kind.${retention.kind}`)].join(' · ') }),
        h('p', { text: keepingWords(retention) }),
        ...retention.holds.map((/** @type {any} */ one) => h('p', { class: 'fine', text: t('keeping.held.who', { reason: one.reason, who: one.who, time: momentWords(one.since) }) })),
        disposal && disposal.state !== 'refused' ? h('p', { class: 'fine', text: t('keeping.proposed.who', { reason: disposal.reason, decision: disposal.decision, who: disposal.proposedBy, time: momentWords(disposal.proposedAt) }) }) : null,
        disposal?.decidedBy ? h('p', { class: 'fine', text: disposal.state === 'refused' ? t('keeping.refused.who', { reason: disposal.answer ?? '', who: disposal.decidedBy, time: momentWords(disposal.decidedAt) })
            : t('keeping.confirmed.who', { who: disposal.decidedBy, time: momentWords(disposal.decidedAt) }) }) : null,
        retention.standing === 'destroyed' ? null : h('p', { class: integrity.state === 'broken' ? 'keeping-broken' : 'fine', text: integrityWords(integrity) }),
        retention.standing === 'destroyed' || recording.state !== 'closed' ? null : h('p', { class: recording.storing.trouble ? 'keeping-broken' : 'fine', text: storingWords(recording.storing) }),
        integrity.findings.length ? h('ul', { class: 'keeping-findings' }, ...integrity.findings.map((/** @type {string} */ words) => h('li', { text: words }))) : null,
        h('div', { class: 'keeping-acts' }, ...may.map((/** @type {string} */ act) => button(t(`keeping.do.${act}`), {
            small: true, kind: act === 'confirm' || act === 'propose' ? 'danger-line' : '', click: offered[act],
        })), check)));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, me, title, signal, query }) {
    title(t('keeping.title'));
    let standing = query.get('hien') ?? '';
    const place = h('div', { class: 'stack' });
    const load = () => fill(place, () => get(`/api/retention${toQuery({ standing })}`, { signal }), (found) => {
        const chips = countChips(t('keeping.which'), [
            { key: '', count: (found.counts.due ?? 0) + (found.counts.proposed ?? 0) + (found.counts.held ?? 0), words: t('keeping.standing.waiting'), tone: 'plain' },
            ...STANDINGS.map((key) => ({ key, count: found.counts[key] ?? 0, words: t(`keeping.standing.${key}`), tone: TONES[key] ?? 'plain' })),
        ], standing, (key) => {
            standing = key;
            history.replaceState(null, '', `/luu-tru/thoi-han${toQuery({ hien: key })}`);
            void load();
        });
        // Whoever may hold may have it checked; the server decides again.
        const mayCheck = me.roles.some((/** @type {any} */ one) => ['secretary', 'administrator', 'auditor'].includes(one.role));
        return [
            found.broken ? notice('bad', h('strong', { text: t('integrity.loud', { n: found.broken }) })) : h('span', { hidden: true }),
            rulesPart(found.rules, me.may.includes('settings.edit')), chips,
            found.recordings.length ? h('section', { class: 'card flush' }, h('ol', { class: 'found-list', 'aria-label': t('keeping.title') }, ...found.recordings.map((/** @type {any} */ line) => row(line, mayCheck, load))))
                : empty(t(standing ? 'keeping.none' : 'keeping.none.waiting')),
        ];
    });
    main.append(pageHead(t('keeping.title'), { eyebrow: t('archive.title'), help: 'help.keeping', actions: [linkButton(t('archive.title'), '/luu-tru', { icon: 'films' })] }), place);
    await load();
}
