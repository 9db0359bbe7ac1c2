// Changing one meeting. Every change asks in words what it is to hold for, because "this one" and "all of them" are
// the costliest thing to mix up; and says afterwards how many letters tell of it.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { agendaEditor } from './agenda.js';
import { send } from './api.js';
import { combobox, multibox } from './combobox.js';
import { findPeople, findSites } from './directory.js';
import { formDialog } from './form-dialog.js';
import { dateInput, field, input, radios, select, textarea, timeInput } from './forms.js';
import { tellWithout } from './server-words.js';
import { sitePicker } from './site-picker.js';
import { dayWords, lengthWords, minutesBetween } from './times.js';
import { toast } from './ui.js';

/** @typedef {(next?: number) => Promise<void>} Done */

/** "What does it hold for?"; nothing to ask of a meeting that stands alone. @param {any} one @param {string} [verb] */
function scopeChoice(one, verb = 'edit') {
    const choice = radios('scope', [
        ['this', t('scope.this'), t(`scope.this.${verb}`, { day: dayWords(one.start.slice(0, 10)) })],
        ['following', t('scope.following'), t(`scope.following.${verb}`, { day: dayWords(one.start.slice(0, 10)) })],
        ['all', t('scope.all'), t(`scope.all.${verb}`)],
    ], 'this');
    return { choice: () => (one.recurring ? choice.choice() : 'this'), box: one.recurring ? field('scope', t('scope.title'), choice, { group: true, wide: true }) : null };
}

/** @param {any} one @param {Record<string, any>} changes @param {string} scope @param {Done} done */
async function change(one, changes, scope, done) {
    const answer = await send('PATCH', `/api/occurrences/${one.id}`, { scope, version: one.version, ...changes });
    toast(t('saved.mail', { n: answer?.mail ?? 0 }));
    // The dialog closes first, so that the page is redrawn with the focus where it was.
    queueMicrotask(() => void done(answer?.occurrence));
}

/** @param {any} one @param {any} book @param {Done} done */
export function askEdit(one, book, done) {
    const length = minutesBetween(one.start, one.end);
    const title = input({ value: one.title, maxlength: 200 });
    const day = dateInput(one.start.slice(0, 10));
    const time = timeInput(one.start.slice(11, 16));
    const minutes = select([...new Set([30, 45, 60, 90, 120, 150, 180, 240, 480, length])].sort((a, b) => a - b).map((n) => [String(n), lengthWords(n)]), String(length));
    const chair = combobox({ chosen: one.chair, find: findPeople });
    const venueId = one.venue?.id ?? null;
    const venue = combobox({ chosen: one.venue ?? null, find: findSites(book, one.organiser.id) });
    const how = radios('form', ['mixed', 'online', 'in-person'].map((key) => /** @type {[string, string]} */ ([key, t(`form.${key}`)])), one.form);
    const notes = textarea(one.notes ?? '', { maxlength: 5000 });
    const scope = scopeChoice(one);
    formDialog(t('edit.title'), [
        field('title', t('book.name'), title),
        h('div', { class: 'row-3' }, field('start', t('date'), day), field('time', t('time'), time), field('minutes', t('length'), minutes)),
        h('div', { class: 'row-2' }, field('chair', t('chair'), chair), field('venue', t('venue'), venue)),
        field('form', t('form'), how, { group: true }), field('notes', t('notes'), notes, { optional: true }), scope.box,
    ], {
        label: t('edit.save'), wide: true,
        check: () => ({ ...(title.value.trim() ? {} : { title: t('book.name.wrong') }), ...(day.day() ? {} : { start: t('date.wrong') }), ...(time.time() ? {} : { time: t('time.wrong') }),
            // A meeting's chair and room can be changed, not taken away: an absent field means "as it was".
            ...(one.chair && !chair.choice() ? { chair: t('chair.keep') } : {}), ...(one.venue && !venue.choice() ? { venue: t('venue.keep') } : {}) }),
        act: async () => {
            /** @type {Record<string, any>} */
            const changes = {};
            const start = `${day.day()}T${time.time()}`;
            if (title.value.trim() !== one.title) changes.title = title.value.trim();
            if (start !== one.start.slice(0, 16)) changes.start = start;
            if (Number(minutes.value) !== length) changes.minutes = Number(minutes.value);
            if ((chair.choice()?.id ?? null) !== (one.chair?.id ?? null)) changes.chair = chair.choice()?.id;
            if ((venue.choice()?.id ?? null) !== venueId) changes.venue = venue.choice()?.id;
            if (how.choice() !== one.form) changes.form = how.choice();
            if (notes.value !== (one.notes ?? '')) changes.notes = notes.value;
            if (!Object.keys(changes).length) return toast(t('edit.nothing'));
            await change(one, changes, scope.choice(), done);
        },
    });
}

/** @param {any} one @param {Done} done */
export function askAgenda(one, done) {
    const editor = agendaEditor(one.agenda, () => minutesBetween(one.start, one.end), () => null);
    const scope = scopeChoice(one);
    formDialog(t('agenda.edit'), [editor, scope.box],
        { label: t('edit.save'), wide: true, act: () => change(one, { agenda: editor.items() }, scope.choice(), done) });
}

/** @param {any} one @param {Done} done */
export function askSites(one, done) {
    const before = one.invitees.filter((/** @type {any} */ row) => row.site).map((/** @type {any} */ row) => row.site);
    const peopleBefore = one.invitees.filter((/** @type {any} */ row) => row.person && !row.site).map((/** @type {any} */ row) => ({ id: row.person, name: row.name }));
    const picker = sitePicker(before, () => null);
    let people = peopleBefore;
    const persons = multibox({ chosen: peopleBefore, find: findPeople, changed: (list) => { people = list; } });
    const scope = scopeChoice(one);
    formDialog(t('inv.edit'), [field('sites', t('sites'), picker, { group: true }), field('people', t('people.also'), persons, { optional: true }), scope.box], {
        label: t('edit.save'), wide: true,
        act: async () => {
            const after = picker.sites();
            const ids = people.map((/** @type {any} */ person) => person.id);
            const old = peopleBefore.map((/** @type {any} */ person) => person.id);
            const changes = {
                addSites: after.filter((/** @type {number} */ id) => !before.includes(id)), removeSites: before.filter((/** @type {number} */ id) => !after.includes(id)),
                addPeople: ids.filter((/** @type {number} */ id) => !old.includes(id)), removePeople: old.filter((/** @type {number} */ id) => !ids.includes(id)),
            };
            const some = Object.fromEntries(Object.entries(changes).filter(([, list]) => list.length));
            if (!Object.keys(some).length) return toast(t('edit.nothing'));
            await change(one, some, scope.choice(), done);
        },
    });
}

/** @param {any} one @param {Done} done */
export function askCancel(one, done) {
    const reason = textarea('', { maxlength: 500 });
    const scope = scopeChoice(one, 'cancel');
    formDialog(t('cancel.title'), [h('p', { text: t('cancel.words') }), field('reason', t('cancel.reason'), reason), scope.box], {
        label: t('cancel.do'), kind: 'danger',
        check: () => (reason.value.trim() ? {} : { reason: t('cancel.reason.wrong') }),
        act: async () => {
            const answer = await send('POST', `/api/occurrences/${one.id}/cancel`, { scope: scope.choice(), reason: reason.value.trim(), version: one.version });
            toast(t('cancelled.mail', { n: answer?.mail ?? 0 }));
            queueMicrotask(() => void done());
        },
    });
}

/** @param {any} one @param {Done} done */
export function askInvite(one, done) {
    const message = textarea('', { maxlength: 2000 });
    const scope = radios('scope', [['series', t('invite.series'), t('invite.series.words')], ['this', t('scope.this'), dayWords(one.start.slice(0, 10))]], 'series');
    formDialog(t('invite'), [
        h('p', { text: t('invite.words', { n: one.invitees.length, papers: one.papers.length }) }),
        one.recurring ? field('scope', t('invite.scope'), scope, { group: true }) : null, field('message', t('invite.message'), message, { optional: true }),
    ], {
        label: t('invite.send'),
        act: async () => {
            const answer = await send('POST', `/api/occurrences/${one.id}/invitations`, { scope: one.recurring ? scope.choice() : 'this', message: message.value.trim() });
            toast(t('invited.mail', { n: answer?.mail ?? 0 }));
            tellWithout(answer);
            queueMicrotask(() => void done());
        },
    });
}
