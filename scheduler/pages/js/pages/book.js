// Booking and the series editor: one sheet, filled from top to bottom as one would say it on the telephone.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, Refusal, send } from '../api.js';
import { agendaEditor } from '../agenda.js';
import { bookAll } from '../book-acts.js';
import { combobox, multibox } from '../combobox.js';
import { directory, findPeople, findSites } from '../directory.js';
import { newKey, readDraft, writeDraft } from '../draft.js';
import { calmForm, checkbox, dateInput, field, input, radios, select, showErrors, textarea, timeInput } from '../forms.js';
import { pendingPapers } from '../pending-papers.js';
import { previewPanel } from '../preview-panel.js';
import { ruleForm } from '../rule-form.js';
import { seriesSide } from '../series-side.js';
import { sitePicker } from '../site-picker.js';
import { addDays, lengthWords, monday, today } from '../times.js';
import { button, during, notice, pageHead, toast } from '../ui.js';

const LENGTHS = [30, 45, 60, 90, 120, 150, 180, 240, 480];

/** A new booking begins where most of them do: next Monday, half past seven. @param {any} me @param {URLSearchParams} query */
function blank(me, query) {
    const asked = query.get('ngay') ?? '';
    const day = /^\d{4}-\d\d-\d\d$/.test(asked) ? asked : addDays(monday(today()), 7);
    return {
        title: '', organiser: me.roles.find((/** @type {any} */ one) => one.role === 'secretary')?.unit?.id ?? me.person.unit?.id ?? me.homeUnits[0] ?? null, chair: null, start: `${day}T07:30`, minutes: 90, rule: null,
        holidays: 'next-working-day', form: 'mixed', periodic: false, recorded: false, venue: null, sites: [], people: [], agenda: [], notes: '',
    };
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, query, me, go, title, signal }) {
    const id = params.id ? Number(params.id) : null;
    const [book, series] = await Promise.all([directory(), id ? get(`/api/series/${id}`, { signal }) : null]);
    const draftName = id ? `series.${id}` : 'book';
    const kept = readDraft(draftName);
    // A draft of a series that somebody else changed meanwhile would undo their change.
    const usable = kept && (!id || kept.version === series.version) ? kept : null;
    const begin = usable?.series ?? series ?? blank(me, query);
    const key = usable?.key ?? newKey();
    const locked = series && !series.mayEdit;
    title(series ? series.title : t('book.title'));

    const form = h('form', { class: 'booking', id: 'booking', novalidate: true });
    /** The names of people are kept with the draft, the numbers alone would show nothing. @type {any} */
    const names = usable?.names ?? { chair: series?.chair ?? null, people: series?.people ?? [] };

    const what = input({ value: begin.title, maxlength: 200, placeholder: t('book.name.example'), 'data-main': '', autofocus: !series });
    const chair = combobox({ chosen: names.chair, find: findPeople, changed: (one) => { names.chair = one; changed(); } });
    const home = new Set([begin.organiser, me.person.unit?.id, ...me.homeUnits]);
    const answers = book.units.filter((unit) => home.has(unit.id) || (me.may.includes('settings.edit') && unit.kind !== 'commune'));
    const organiser = select(answers.map((unit) => [String(unit.id), unit.name]), String(begin.organiser ?? answers[0]?.id ?? ''));
    const day = dateInput(begin.start.slice(0, 10), (found) => { if (found) rule.moveTo(found); changed(); });
    const time = timeInput(begin.start.slice(11, 16), changed);
    const lengths = [...new Set([...LENGTHS, begin.minutes])].sort((a, b) => a - b);
    const minutes = select(lengths.map((one) => [String(one), lengthWords(one)]), String(begin.minutes));
    const rule = ruleForm(begin.rule, begin.start, () => { say(); changed(); });
    const holidays = radios('holidays', ['next-working-day', 'skip', 'keep'].map((one) => /** @type {[string, string]} */ ([one, t(`holidays.${one}`)])), begin.holidays, changed);
    const holidaysField = field('holidays', t('holidays.title'), holidays, { group: true, wide: true });
    const how = radios('form', ['mixed', 'online', 'in-person'].map((one) => /** @type {[string, string]} */ ([one, t(`form.${one}`)])), begin.form, changed);
    const venueSite = book.sites.get(begin.venue?.id ?? begin.venue);
    const venue = combobox({ chosen: venueSite ? { id: venueSite.id, name: venueSite.name } : null, find: findSites(book, begin.organiser), changed, placeholder: t('venue.example') });
    const periodic = checkbox(t('book.periodic'), begin.periodic);
    const recorded = checkbox(t('book.recorded'), begin.recorded ?? false);
    const sites = sitePicker(begin.sites, changed);
    const people = multibox({ chosen: names.people, find: findPeople, changed: (list) => { names.people = list; changed(); } });
    const agenda = agendaEditor(begin.agenda, () => Number(minutes.value), changed);
    const notes = textarea(begin.notes ?? '', { maxlength: 5000 });
    const papers = id ? null : pendingPapers(() => rule.rule() !== null);

    /** Everything as it stands; start is null while date or time cannot be read. */
    function typed() {
        const at = day.day() && time.time() ? `${day.day()}T${time.time()}` : null;
        return {
            title: what.value.trim(), organiser: Number(organiser.value) || null, chair: chair.choice()?.id ?? null, start: at, minutes: Number(minutes.value),
            rule: rule.rule(), holidays: holidays.choice(), form: how.choice(), periodic: periodic.box.checked, recorded: recorded.box.checked, venue: venue.choice()?.id ?? null,
            sites: sites.sites?.() ?? begin.sites, people: names.people.map((/** @type {any} */ one) => one.id), agenda: agenda.items(), notes: notes.value.trim(),
        };
    }
    const panel = previewPanel({
        except: id, own: new Set(series?.occurrences.map((/** @type {any} */ one) => `${one.start} ${one.end}`)),
        series: () => { const now = typed(); return now.start ? now : null; },
        choose: (start) => {
            day.set(start.slice(0, 10));
            time.set(start.slice(11, 16));
            rule.moveTo(start.slice(0, 10));
            toast(t('free.taken'));
            changed();
        },
    });
    let ready = false;
    function changed() {
        if (!ready) return;
        const now = typed();
        agenda.recount();
        writeDraft(draftName, { series: { ...now, start: now.start ?? begin.start }, names, key, version: series?.version });
        panel.refresh();
    }
    function say() {
        holidaysField.hidden = rule.rule() === null;
        papers?.recurring();
    }

    const section = (/** @type {string} */ name, /** @type {(Node|null)[]} */ ...fields) => h('fieldset', { class: `part part-${name}`, disabled: locked }, h('legend', { text: t(`part.${name}`) }), h('div', { class: 'part-fields' }, ...fields));
    const actions = h('div', { class: 'booking-actions' });
    form.append(
        section('what', field('title', t('book.name'), what, { wide: true }), field('chair', t('chair'), chair, { optional: true }), field('organiser', t('organiser'), organiser)),
        section('when', field('start', t('date'), day), field('time', t('time'), time), field('minutes', t('length'), minutes), field('rule', t('rule'), rule, { wide: true }), holidaysField),
        section('who', field('sites', t('sites'), sites, { wide: true, group: true })),
        section('where', field('form', t('form'), how, { group: true, wide: true }), field('venue', t('venue'), venue, { optional: true, hint: t('venue.hint') }), field('people', t('people.also'), people, { optional: true })),
        section('agenda', agenda),
        ...(papers ? [section('papers', papers)] : []),
        section('more', h('div', { class: 'field wide' }, periodic, h('span', { class: 'hint', text: t('book.periodic.hint') })),
            h('div', { class: 'field wide' }, recorded, h('span', { class: 'hint', text: t('book.recorded.hint') })), field('notes', t('notes'), notes, { wide: true, optional: true })));

    /** What can be told without asking the server. @param {any} now */
    function wrongs(now) {
        const fields = {};
        if (!now.title) Object.assign(fields, { title: t('book.name.wrong') });
        if (!day.day()) Object.assign(fields, { start: t('date.wrong') });
        if (!time.time()) Object.assign(fields, { time: t('time.wrong') });
        if (!now.sites.length && now.form !== 'in-person') Object.assign(fields, { sites: t('sites.wrong') });
        return fields;
    }
    /** @param {boolean} invite @param {any} pressed */
    const act = (invite, pressed) => during(pressed, async () => {
        calmForm(form);
        const now = typed();
        const fields = wrongs(now);
        if (Object.keys(fields).length) return showErrors(form, { message: t('form.mend'), fields });
        for (const one of actions.querySelectorAll('button')) one.disabled = true;
        try {
            if (id) {
                const done = await send('PATCH', `/api/series/${id}`, { ...now, version: series.version });
                writeDraft(draftName, null);
                toast(t('saved.mail', { n: done?.mail ?? 0 }));
                return go(`/dinh-ky/${done?.series ?? id}`);
            }
            await bookAll({
                series: { ...now, leaveOut: panel.leftOut() }, key, invite, papers: papers?.lines() ?? [], scope: papers?.scope() ?? 'this',
                booked: () => writeDraft(draftName, null), go,
            });
        } catch (error) {
            const clash = error instanceof Refusal && error.code === 'conflict' && error.body.conflicts;
            if (clash) panel.refused(error.body);
            showErrors(form, error, clash ? [h('p', { text: t('conflicts.see') })] : []);
        } finally {
            for (const one of actions.querySelectorAll('button')) one.disabled = false;
        }
    });
    if (locked) actions.append(notice('plain', t('series.locked')));
    else if (id) actions.append(button(t('series.save'), { kind: 'primary', type: 'submit', form: 'booking' }));
    else {
        const both = button(t('book.send'), { kind: 'primary', icon: 'letter', click: () => act(true, both) });
        actions.append(both, button(t('book.only'), { type: 'submit', form: 'booking' }), h('p', { class: 'fine', text: t('book.words') }));
    }
    form.addEventListener('submit', (/** @type {any} */ event) => {
        event.preventDefault();
        void act(false, event.submitter ?? actions.querySelector('button'));
    });
    form.addEventListener('input', changed);
    form.addEventListener('change', changed);

    const restart = button(t('draft.drop'), { kind: 'quiet', small: true, click: () => { writeDraft(draftName, null); go(location.pathname); } });
    main.append(
        pageHead(series ? series.title : t('book.title'), { eyebrow: series ? t('series.eyebrow') : t('book.eyebrow'), help: 'help.book' }),
        usable ? h('div', { class: 'draft-note' }, h('span', { text: t('draft.found') }), restart) : '',
        h('div', { class: 'booking-frame' }, form,
            // The acts stay in sight beside the form without lying over any of its fields.
            h('div', { class: 'booking-side' }, h('div', { class: 'side-scroll', tabindex: '0' }, panel, series ? seriesSide(series, go) : null), actions)));
    say();
    ready = true;
    panel.refresh();
}
