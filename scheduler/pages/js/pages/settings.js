// One's own password and calendars; and, for whoever may, the province's limits and its holidays.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from '../api.js';
import { kindWords } from '../directory.js';
import { formDialog } from '../form-dialog.js';
import { dateInput, field, input, select } from '../forms.js';
import { secretBox } from '../secret-box.js';
import { onSubmit } from '../submit-form.js';
import { dayWords, today } from '../times.js';
import { button, cardHead, chip, during, errorText, fill, notice, pageHead, toast } from '../ui.js';

/** @param {string} title @param {...(Node|null)} body */
const part = (title, ...body) => h('section', { class: 'card' }, h('h2', { text: title }), ...body);

/** A form with one button. @param {(Node|null)[]} fields @param {string} label @param {() => Promise<void>} act @param {() => Record<string, string>} [check] */
function plainForm(fields, label, act, check) {
    const press = button(label, { kind: 'primary', type: 'submit' });
    return onSubmit(h('form', { class: 'stack' }, ...fields, h('div', {}, press)), press, {
        check,
        act: async () => {
            await act();
            toast(t('saved'));
        },
    });
}

function passwordPart() {
    const old = input({ type: 'password', autocomplete: 'current-password' });
    const next = input({ type: 'password', autocomplete: 'new-password' });
    const again = input({ type: 'password', autocomplete: 'new-password' });
    return part(t('password.own'), plainForm([field('old', t('password.old'), old), field('new', t('password.new'), next, { hint: t('password.hint') }), field('again', t('password.again'), again)], t('password.change'),
        async () => {
            await send('PUT', '/api/me/password', { old: old.value, new: next.value });
            for (const one of [old, next, again]) one.value = '';
        }, () => (next.value !== again.value ? { again: t('password.differ') } : {})));
}

function calendarPart() {
    const place = h('div', { role: 'status', class: 'stack' });
    const press = button(t('feed.own.make'), {
        icon: 'calendar',
        click: () => during(press, async () => {
            try {
                const found = await send('POST', '/api/me/calendar');
                place.replaceChildren(notice('warn', t('feed.once')), secretBox(t('feed.address'), found.feed), secretBox(t('feed.caldav'), found.caldav), secretBox(t('feed.user'), found.user), secretBox(t('feed.password'), found.password));
            } catch (error) {
                place.replaceChildren(notice('bad', errorText(error)));
            }
        }),
    });
    return part(t('feed.own'), h('p', { text: t('feed.own.words') }), h('p', { class: 'fine', text: t('feed.own.again') }), h('div', {}, press), place);
}

/** @param {any} found */
function provincePart(found) {
    /** @type {Record<string, any>} */
    const inputs = {};
    const texts = ['province', 'mailName', 'mailFrom'];
    const numbers = ['siteCap', 'officeDown', 'officeUp', 'reservedToSite', 'reservedFromSite', 'invitationDays', 'conclusionsDays', 'reminderDays'];
    const fields = [];
    for (const key of texts) fields.push(field(key, t(`settings.${key}`), (inputs[key] = input({ value: found[key] ?? '' }))));
    const row = h('div', { class: 'row-3' });
    for (const key of numbers) row.append(field(key, t(`settings.${key}`), (inputs[key] = input({ type: 'number', min: 0, value: found[key] ?? '' }))));
    fields.push(row);
    const targets = found.targets && typeof found.targets === 'object' ? found.targets : null;
    /** @type {Record<string, any>} */
    const goals = {};
    if (targets) {
        const box = h('div', { class: 'row-3' });
        // The tree's order, from the province down; levels of the province's own come last.
        const order = ['committee', 'party', 'department', 'district', 'commune'];
        const rank = (/** @type {string} */ key) => (order.includes(key) ? order.indexOf(key) : order.length);
        for (const [key, value] of Object.entries(targets).sort(([a], [b]) => rank(a) - rank(b))) {
            if (typeof value !== 'number') continue;
            box.append(field(`targets.${key}`, `${kindWords(key)} (%)`, (goals[key] = input({ type: 'number', min: 0, max: 100, value }))));
        }
        fields.push(h('div', { class: 'field' }, h('span', { class: 'label', text: t('settings.targets') }), box));
    }
    /** @type {Record<string, any>} */
    const kept = {};
    const years = h('div', { class: 'row-3' }, ...['periodic', 'single', 'emergency'].map((kind) =>
        field(`retention.${kind}`, t(`keeping.kind.${kind}`), (kept[kind] = input({ type: 'number', min: 1, max: 100, value: found.retention?.[kind] ?? '', placeholder: t('keeping.forever') })))));
    fields.push(h('div', { class: 'field' }, h('span', { class: 'label', text: t('settings.retention') }), h('p', { class: 'fine', text: t('settings.retention.words') }), years));
    return part(t('settings.province.title'), plainForm(fields, t('save'), async () => {
        /** @type {Record<string, any>} */
        const body = {};
        for (const key of texts) body[key] = inputs[key].value.trim();
        for (const key of numbers) body[key] = Number(inputs[key].value);
        if (targets) body.targets = { ...targets, ...Object.fromEntries(Object.entries(goals).map(([key, one]) => [key, Number(one.value)])) };
        body.retention = Object.fromEntries(Object.entries(kept).map(([kind, one]) => [kind, one.value.trim() === '' ? null : Number(one.value)]));
        await send('PUT', '/api/settings', body);
    }));
}

function holidaysPart() {
    let year = Number(today().slice(0, 4));
    const place = h('div');
    const years = select([-1, 0, 1, 2, 3].map((step) => [String(year + step), String(year + step)]), String(year), { 'aria-label': t('holidays.year'), class: 'select small' });
    years.addEventListener('change', () => {
        year = Number(years.value);
        void load();
    });
    const kinds = ['holiday', 'day-in-lieu', 'working'];
    const ask = (/** @type {any} */ one) => {
        const day = dateInput(one?.date ?? null);
        const name = input({ value: one?.name ?? '', maxlength: 120 });
        const kind = select(kinds.map((key) => [key, t(`holiday.${key}`)]), one?.kind ?? 'day-in-lieu');
        formDialog(t(one ? 'holidays.edit' : 'holidays.add'), [field('date', t('date'), day), field('name', t('holidays.name'), name), field('kind', t('holidays.kind'), kind)], {
            label: t('save'),
            check: () => ({ ...(day.day() ? {} : { date: t('date.wrong') }), ...(name.value.trim() ? {} : { name: t('holidays.name.wrong') }) }),
            act: async () => {
                await send('PUT', `/api/holidays/${day.day()}`, { kind: kind.value, name: name.value.trim() });
                toast(t('saved'));
                await load();
            },
        });
    };
    const load = () => fill(place, () => get(`/api/holidays?year=${year}`), ({ holidays }) => h('ul', { class: 'holiday-list' }, ...holidays.map((/** @type {any} */ one) => h('li', {},
        h('span', { class: 'holiday-words' }, h('time', { text: dayWords(one.date) }), h('span', { text: one.name })), chip(t(`holiday.${one.kind}`), one.kind === 'working' ? 'warn' : ''),
        h('span', { class: 'holiday-tools' },
            button(`${t('edit')}: ${one.name}`, { icon: 'edit', bare: true, click: () => ask(one) }),
            // What the law and the moon give cannot be taken away, only set otherwise.
            one.own === false ? null : button(t('remove', { name: one.name }), {
                icon: 'close', bare: true,
                click: (/** @type {any} */ event) => during(event.currentTarget, async () => {
                    await send('DELETE', `/api/holidays/${one.date}`).catch((error) => toast(errorText(error), 'bad'));
                    await load();
                }),
            })))), holidays.length ? null : h('li', { class: 'fine', text: t('none') })));
    void load();
    return h('section', { class: 'card' }, cardHead(h('h2', { text: t('holidays.title.year') }), [button(t('holidays.add'), { icon: 'plus', small: true, kind: 'quiet', click: () => ask(null) })], years), h('p', { class: 'fine', text: t('holidays.words') }), place);
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, me, title, signal }) {
    title(t('nav.settings'));
    const may = me.may.includes('settings.edit');
    const province = h('div');
    main.append(pageHead(t('nav.settings'), { eyebrow: me.person.email, help: 'help.settings' }),
        h('div', { class: 'settings-frame' }, h('div', {}, may ? province : null, passwordPart()), h('div', {}, calendarPart(), may ? holidaysPart() : null)));
    if (may) await fill(province, () => get('/api/settings', { signal }), (found) => provincePart(found.settings ?? found));
}
