// Who is invited, who comes, and whether the letter arrived: 264 rows that can still be read.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { send } from './api.js';
import { kindWords } from './directory.js';
import { select } from './forms.js';
import { cell, countChips, searchBox, table } from './table.js';
import { now } from './times.js';
import { answerBox } from './answer-box.js';
import { button, cardHead, dialog, errorText, linkButton, phoneLink, toast } from './ui.js';

const ANSWERS = ['accept', 'delegate', 'decline', 'none'];
const ATTENDANCE = ['none', 'online', 'in-person', 'late', 'absent'];

/** The letter did not and will not arrive by itself. @param {any} row */
const unsent = (row) => row.mail === 'failed' || row.mail === 'no-address';

/** @param {{me: any, again: () => Promise<void>}} settings */
export function inviteeTable({ me, again }) {
    let text = '';
    let wanted = '';
    /** @param {any} row */
    const kindOf = (row) => row.kind || 'other';
    /** @param {any} one @param {any} row */
    const mine = (one, row) => one.state !== 'cancelled' && (row.site ? one.mayAnswer.includes(row.site) : row.person === me.person.id);

    /** @param {any} one @param {any} row */
    function askAnswer(one, row) {
        const { close } = dialog(t('answer.for.name', { name: row.name }), [answerBox({
            answer: row.answer, delegate: row.delegate, path: `/api/occurrences/${one.id}/answer`, extra: { site: row.site ?? null }, recurring: one.recurring, all: false,
            done: (answer) => {
                close();
                toast(t(`answered.${answer}`));
                void again();
            },
        })]);
    }
    /** @param {any} one @param {any} row */
    function attendance(one, row) {
        if (!one.mayEdit || !row.site) return h('span', { text: row.attendance === 'none' ? '' : t(`attendance.${row.attendance}`) });
        const choose = select(ATTENDANCE.filter((key) => key !== 'none' || (row.attendance ?? 'none') === 'none').map((key) => [key, t(`attendance.${key}`)]), row.attendance ?? 'none', { class: 'select small', 'aria-label': t('attendance.of', { name: row.name }) });
        choose.addEventListener('change', async () => {
            choose.disabled = true;
            try {
                await send('PUT', `/api/occurrences/${one.id}/attendance`, { site: row.site, attendance: choose.value });
                row.attendance = choose.value;
            } catch (error) {
                choose.value = row.attendance;
                toast(errorText(error), 'bad');
            } finally {
                choose.disabled = false;
                choose.focus();
            }
        });
        return choose;
    }
    /** @param {any} one @param {any} row @param {('answer'|'mail'|'technician'|'attendance')[]} columns */
    function line(one, row, columns) {
        const { technician } = row;
        const answer = cell('inv.answer', h('span', { class: `answer-mark ${row.answer}` }, icon({ accept: 'check', decline: 'close', delegate: 'people', none: 'clock' }[row.answer] ?? 'clock'), t(`answer.${row.answer}`)),
            row.delegate ? h('small', { text: [row.delegate.name, row.delegate.email].filter(Boolean).join(', ') }) : null, row.note ? h('small', { text: row.note }) : null,
            mine(one, row) ? button(t('answer.do'), { small: true, kind: 'quiet', click: () => askAnswer(one, row) }) : null);
        const mail = () => cell('inv.mail', h('span', { class: `mail-mark ${row.mail}`, text: t(row.mail === 'none' ? 'mail.none.sent' : `mail.${row.mail}`) }), row.mailError ? h('small', { class: 'bad', text: row.mailError }) : null);
        const who = () => cell('inv.technician', technician?.phone ? phoneLink(technician.phone) : null, technician?.name ? h('small', { text: technician.name }) : null);
        const made = { answer: () => answer, mail, technician: who, attendance: () => cell('inv.attendance', attendance(one, row)) };
        return h('tr', { class: `a-${row.answer}` }, h('th', { scope: 'row' }, h('span', { text: row.name })), ...columns.map((key) => {
            const place = made[key]();
            place.classList.add(`of-${key}`);
            return place;
        }));
    }
    /** Letters and technicians are told to whoever runs the meeting: an empty column would say that nothing was sent. @param {any} one */
    const columnsOf = (one) => /** @type {('answer'|'mail'|'technician'|'attendance')[]} */ (['answer',
        one.mayEdit || one.invitees.some((/** @type {any} */ row) => row.mail !== 'none') ? 'mail' : '',
        one.mayEdit || one.invitees.some((/** @type {any} */ row) => row.technician?.phone) ? 'technician' : '',
        one.start <= now() ? 'attendance' : ''].filter(Boolean));

    /** @param {any} one @param {() => void} editSites */
    function draw(one, editSites) {
        const columns = columnsOf(one);
        const body = h('div');
        const said = h('p', { class: 'fine', role: 'status' });
        const all = one.invitees.length;
        const kinds = ['', ...ANSWERS, 'failed'].map((key) => ({
            key, words: t(key === '' ? 'inv.all' : key === 'failed' ? 'mail.failed' : `answer.${key}`),
            count: key === '' ? all : key === 'failed' ? one.invitees.filter(unsent).length : one.counts?.[key] ?? one.invitees.filter((/** @type {any} */ row) => row.answer === key).length,
        })).filter(({ key, count }) => key !== 'failed' || count);
        const counts = countChips(t('inv.filter'), kinds, wanted, (key) => { wanted = key; rows(); });
        // The answers at a glance: how much of the whole each of them is.
        const bar = h('div', { class: 'answer-bar', 'aria-hidden': 'true' }, ...kinds.filter(({ key, count }) => ANSWERS.includes(key) && count).map(({ key, count }) => {
            const part = h('i', { class: key });
            part.style.flexGrow = String(count);
            return part;
        }));
        const find = searchBox(t('inv.find'), (typed) => { text = typed; rows(); }, { value: text });

        function rows() {
            const folded = plainWords(text);
            const hits = one.invitees.filter((/** @type {any} */ row) => (!folded || plainWords(`${row.name} ${row.delegate?.name ?? ''}`).includes(folded))
                && (wanted === '' || (wanted === 'failed' ? unsent(row) : row.answer === wanted)));
            const groups = new Map();
            for (const row of hits) {
                const kind = kindOf(row);
                groups.set(kind, [...(groups.get(kind) ?? []), row]);
            }
            said.textContent = hits.length === all ? '' : t('found', { n: hits.length });
            const keys = ['inv.name', ...columns.map((key) => `inv.${key}`)];
            body.replaceChildren(table(t('inv.title'), keys, [...[...groups].map(([kind, list]) => h('tbody', {},
                h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: keys.length }, kindWords(kind), h('span', { text: ` ${list.length}` }))),
                ...list.map((/** @type {any} */ row) => line(one, row, columns)))),
            ...(hits.length ? [] : [h('tbody', {}, h('tr', {}, h('td', { colspan: keys.length, class: 'none', text: t('none.found') })))])], { kind: 'invitees' }));
        }
        rows();
        return h('section', { class: 'card' }, cardHead(h('h2', { text: t('inv.title') }), [
            one.mayEdit && all ? linkButton('CSV', `/api/occurrences/${one.id}/invitees.csv`, { icon: 'down', small: true, kind: 'quiet', download: '', 'aria-label': t('inv.csv') }) : null,
            one.mayEdit && all ? linkButton('PDF', `/api/occurrences/${one.id}/invitees.pdf`, { icon: 'down', small: true, kind: 'quiet', target: '_blank', 'aria-label': t('inv.pdf') }) : null,
            one.mayEdit && one.state === 'planned' ? button(t('inv.edit.short'), { icon: 'edit', small: true, kind: 'quiet', 'aria-label': t('inv.edit'), click: editSites }) : null]),
        all ? h('div', { class: 'inv-tools' }, counts, find) : h('p', { class: 'fine', text: t('inv.none') }),
        all ? bar : null, said, all ? body : null);
    }
    return { draw };
}
