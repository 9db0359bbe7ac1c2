// One meeting: when and where, the way in, one's own answer, agenda, papers, who comes, and what happened to it.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { answerBox } from '../answer-box.js';
import { get, send } from '../api.js';
import { directory } from '../directory.js';
import { inviteeTable } from '../invitee-table.js';
import { askCancel, askEdit, askInvite, askSites, askAgenda } from '../occurrence-edit.js';
import { agendaPart, clocksPart, historyPart } from '../occurrence-parts.js';
import { papersPart } from '../paper-list.js';
import { readinessPart } from '../readiness-part.js';
import { recordingsPart } from '../recordings-part.js';
import { addMinutes, dayWords, lengthWords, minutesBetween, momentWords, now, spanWords, timeWords } from '../times.js';
import { inWords } from '../server-words.js';
import { button, chip, during, errorText, linkButton, notice, pageHead, toast } from '../ui.js';

/** The way into the room stands out from an hour before, when technicians are at their sites (design §2). */
const NEAR_MINUTES = 60;

/** @param {any} one */
function stateChip(one) {
    const at = now();
    if (one.state === 'cancelled' || one.state === 'skipped') return chip(t(`state.${one.state}`), 'bad');
    if (one.state === 'held' || one.over || one.end < at) return chip(t('state.held'));
    if (one.start <= at) return chip(t('state.running'), 'good');
    return chip(t('state.planned'), 'jade');
}

/** While it runs, for who keeps the minutes; then for everybody. @param {any} one */
function minutesLink(one) {
    if (one.state === 'cancelled' || one.state === 'skipped') return null;
    if (!one.over && (one.start > now() || (one.end > now() && !one.mayEdit))) return null;
    return h('p', { class: 'dossier-tools' }, linkButton(t('minutes.open'), `/bien-ban/${one.id}`, { icon: 'paper' }), linkButton(t('dossier.open'), `/ho-so/${one.id}`, { icon: 'folder' }));
}

/** @param {any} one @param {() => Promise<void>} again */
function joinPart(one, again) {
    if (!one.mayJoin || one.over || one.state === 'cancelled' || one.state === 'skipped') return null;
    const at = now();
    const over = at > addMinutes(one.end, 120);
    if (over) return null;
    const left = minutesBetween(at, one.start);
    const near = left <= NEAR_MINUTES;
    const words = left > 0 ? (near ? t('join.in', { n: left }) : t('join.early')) : at < one.end ? t('join.now') : t('join.after');
    const press = button(t('join'), {
        icon: 'camera', kind: near ? 'primary join' : '',
        click: () => during(press, async () => {
            try {
                const { url } = await send('POST', `/api/occurrences/${one.id}/join`);
                location.assign(url);
            } catch (error) {
                toast(errorText(error), 'bad');
                await again();
            }
        }),
    });
    return h('div', { class: `join-part${near ? ' near' : ''}` }, press, h('span', { text: words }));
}

/** @param {any} one @param {any} me @param {() => Promise<void>} again */
function myAnswers(one, me, again) {
    const mine = one.invitees.filter((/** @type {any} */ row) => (row.site ? one.mayAnswer.includes(row.site) : row.person === me.person.id));
    if (!mine.length || one.state === 'cancelled' || one.end < now()) return null;
    // A secretary may write down the answers of many units: that is done in the table; the box is for their own.
    const few = mine.filter((/** @type {any} */ row) => !row.site || me.homeUnits.includes(row.unit)).slice(0, 3);
    if (!few.length) return null;
    return h('section', { class: 'card mine', 'aria-label': t('mine.title') }, h('h2', { text: t('mine.title') }), ...few.map((/** @type {any} */ row) => h('div', { class: 'mine-one' },
        h('p', {}, h('strong', { text: row.name }), ' ', chip(t(`answer.${row.answer}`), row.answer === 'none' ? 'warn' : row.answer === 'decline' ? 'bad' : 'good'),
            row.delegate ? h('span', { class: 'fine', text: ` ${row.delegate.name}` }) : null),
        answerBox({
            answer: row.answer, delegate: row.delegate, label: t('answer.for.name', { name: row.name }), path: `/api/occurrences/${one.id}/answer`,
            extra: { site: row.site ?? null }, recurring: one.recurring, all: false,
            done: (answer) => {
                toast(t(`answered.${answer}`));
                void again();
            },
        }))), mine.length > few.length ? h('p', { class: 'fine', text: t('mine.more', { n: mine.length - few.length }) }) : null);
}

/** @param {any} one */
function facts(one) {
    const line = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {any} */ words) => (words ? h('div', {}, h('dt', {}, icon(sign), h('span', { text: t(name) })), h('dd', { text: words })) : null);
    return h('dl', { class: 'facts-list' },
        line('people', 'chair', one.chair?.name), line('tree', 'organiser', one.organiser.name),
        line('camera', 'form', t(`form.${one.form}`)), line('place', 'venue', one.venue?.name),
        line('films', 'recording.title', one.recorded && one.form !== 'in-person' ? t('meeting.recorded') : ''),
        line('repeat', 'rule', one.recurring ? inWords(one.words) : null), line('letter', 'facts.sent', one.invitationsSent ? momentWords(one.invitationsSent) : t('facts.sent.not')));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, me, go, title, signal, query }) {
    const path = `/api/occurrences/${params.id}`;
    let one = await get(path, { signal });
    const book = await directory().catch(() => null);
    const table = inviteeTable({ me, again });
    // Kept when the rest is drawn anew: somebody may be watching.
    const recordings = recordingsPart(params.id, signal, Number(query.get('ban-ghi')), Number(query.get('luc')) || 0);

    async function again() {
        one = await get(path);
        if (!signal.aborted) draw();
    }
    /** @param {number} [next] an edit of "this and following" may lead to another occurrence */
    const edited = async (next) => {
        if (next && next !== one.id) go(`/phien/${next}`);
        else await again();
    };
    function actions() {
        if (!one.mayEdit || one.state === 'cancelled') return [];
        // What has been held can be put right, not called off.
        const over = one.end < now();
        return [
            over ? null : button(t(one.invitationsSent ? 'invite.again' : 'invite'), { icon: 'letter', kind: one.invitationsSent ? '' : 'primary', click: () => askInvite(one, edited) }),
            button(t('edit'), { icon: 'edit', click: () => askEdit(one, book, edited) }),
            over ? null : button(t('cancel.do'), { kind: 'danger-line', click: () => askCancel(one, edited) }),
        ];
    }
    function draw() {
        title(one.title);
        const moved = one.originalStart && one.originalStart !== one.start && one.state !== 'cancelled';
        main.replaceChildren(
            pageHead(one.title, { eyebrow: t(one.recurring ? 'occurrence.recurring' : 'occurrence.single'), help: 'help.occurrence', actions: actions() }),
            h('div', { class: 'occurrence-top' },
                h('div', { class: 'occurrence-when' },
                    h('p', { class: 'when-time', text: `${timeWords(one.start)} ${t('to')} ${timeWords(one.end)}` }),
                    h('p', { class: 'when-day' }, dayWords(one.start.slice(0, 10)), ` · ${lengthWords(minutesBetween(one.start, one.end))} `, stateChip(one)),
                    moved ? h('p', { class: 'when-moved', text: t('occurrence.moved', { from: spanWords(one.originalStart, addMinutes(one.originalStart, minutesBetween(one.start, one.end))) }) + (one.movedFor ? ` (${one.movedFor})` : '') }) : null),
                joinPart(one, again)),
            readinessPart(one, me) ?? '',
            minutesLink(one) ?? '',
            clocksPart(one) ?? '',
            recordings,
            one.state === 'cancelled' ? notice('bad', t('occurrence.cancelled')) : '',
            h('div', { class: 'occurrence-frame' },
                h('div', { class: 'occurrence-side' }, myAnswers(one, me, again) ?? '',
                    h('section', { class: 'card' }, h('h2', { text: t('facts.title') }), facts(one), one.notes ? h('p', { class: 'notes', text: one.notes }) : null,
                        one.recurring ? linkButton(t('series.open'), `/dinh-ky/${one.series}`, { icon: 'repeat', small: true }) : null),
                    historyPart(one)),
                h('div', { class: 'occurrence-main' },
                    agendaPart(one, () => askAgenda(one, edited)), papersPart(one, again, signal),
                    table.draw(one, () => askSites(one, edited)))));
    }
    draw();
}
