// People and what each of them may do, where.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery, send } from '../api.js';
import { combobox } from '../combobox.js';
import { directory, findUnits } from '../directory.js';
import { formDialog } from '../form-dialog.js';
import { checkbox, field, input, select } from '../forms.js';
import { cell, searchBox, table } from '../table.js';
import { button, chip, empty, fill, pageHead, toast } from '../ui.js';

const ROLES = ['administrator', 'secretary', 'chair', 'technician', 'delegate', 'auditor'];

/** Rows of a role and the unit it holds for. @param {any[]} start @param {any} book */
function rolesEditor(start, book) {
    let roles = start.map((one) => ({ role: one.role, unit: one.unit?.id ?? one.unit ?? null }));
    const list = h('ul', { class: 'role-list' });
    const units = (/** @type {any} */ one) => combobox({
        chosen: book.byId.has(one.unit) ? { id: one.unit, name: book.byId.get(one.unit).name } : null,
        find: findUnits(book),
        changed: (choice) => { one.unit = choice?.id ?? null; },
    });
    const draw = () => list.replaceChildren(...roles.map((one, index) => {
        const role = select(ROLES.map((key) => [key, t(`role.${key}`)]), one.role, { 'aria-label': t('people.role.n', { n: index + 1 }), change: () => { one.role = role.value; } });
        const unit = units(one);
        unit.querySelector('input')?.setAttribute('aria-label', t('people.role.unit', { n: index + 1 }));
        return h('li', {}, role, unit, button(t('remove', { name: t(`role.${one.role}`) }), { icon: 'close', bare: true, click: () => { roles = roles.filter((other) => other !== one); draw(); } }));
    }));
    draw();
    return Object.assign(h('div', {}, list, button(t('people.role.add'), { icon: 'plus', small: true, click: () => { roles.push({ role: 'delegate', unit: start[0]?.unit?.id ?? null }); draw(); } })), { roles: () => roles });
}

/** @param {any} person null makes one @param {any} book @param {() => Promise<void>} again */
function askPerson(person, book, again) {
    const name = input({ value: person?.name ?? '', maxlength: 120 });
    const email = input({ type: 'email', value: person?.email ?? '', autocapitalize: 'none' });
    const title = input({ value: person?.title ?? '', maxlength: 120 });
    const phone = input({ type: 'tel', value: person?.phone ?? '', maxlength: 40 });
    const password = input({ type: 'password', autocomplete: 'new-password' });
    const unit = combobox({
        chosen: person?.unit ? { id: person.unit.id, name: person.unit.name } : null,
        find: findUnits(book),
    });
    const roles = rolesEditor(person?.roles ?? [], book);
    const active = checkbox(t('people.active'), person?.active !== false);
    formDialog(t(person ? 'people.edit' : 'people.add'), [
        h('div', { class: 'row-2' }, field('name', t('name'), name), field('title', t('people.title'), title, { optional: true })),
        h('div', { class: 'row-2' }, field('email', t('email'), email), field('phone', t('phone'), phone, { optional: true })),
        field('unit', t('people.unit'), unit), field('roles', t('people.roles'), roles, { group: true, hint: t('people.roles.hint') }),
        field('password', t(person ? 'people.password.new' : 'password'), password, { optional: true, hint: t('password.hint') }), person ? active : null,
    ], {
        label: t('save'), wide: true,
        check: () => ({ ...(name.value.trim() ? {} : { name: t('name.wrong') }), ...(email.value.trim() ? {} : { email: t('signin.email.wrong') }) }),
        act: async () => {
            const body = { name: name.value.trim(), email: email.value.trim(), title: title.value.trim(), phone: phone.value.trim(), unit: unit.choice()?.id ?? null, roles: roles.roles(), ...(password.value ? { password: password.value } : {}) };
            if (person) await send('PATCH', `/api/people/${person.id}`, { ...body, active: active.box.checked });
            else await send('POST', '/api/people', body);
            toast(t('saved'));
            await again();
        },
    });
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.people'));
    const book = await directory();
    const place = h('div', { class: 'card flush' });
    const said = h('p', { class: 'fine', role: 'status' });
    let wanted = '';
    const find = searchBox(t('people.find'), (text) => { wanted = text; void load(); }, { wait: 250 });
    const load = () => fill(place, () => get(`/api/people${toQuery({ q: wanted })}`, { signal }), ({ people }) => {
        said.textContent = t('found', { n: people.length });
        if (!people.length) return empty(t('none.found'));
        return table(t('nav.people'), ['name', 'people.unit', 'people.roles', 'email', 'phone', ''], [h('tbody', {}, ...people.map((/** @type {any} */ one) => h('tr', { class: one.active === false ? 'ended' : '' },
            h('th', { scope: 'row' }, h('span', { text: one.name }), one.title ? h('small', { text: one.title }) : null, one.active === false ? chip(t('people.inactive'), 'warn') : null),
            cell('people.unit', one.unit?.name ?? ''),
            cell('people.roles', ...one.roles.map((/** @type {any} */ role) => h('span', { class: 'chip', text: t(`role.${role.role}`), title: role.unit?.name ?? book.byId.get(role.unit)?.name ?? '' }))),
            cell('email', one.email), cell('phone', one.phone ?? ''),
            h('td', { class: 'act' }, button(t('edit'), { small: true, kind: 'quiet', icon: 'edit', 'aria-label': `${t('edit')}: ${one.name}`, click: () => askPerson(one, book, load) })))))]);
    });
    main.append(pageHead(t('nav.people'), { eyebrow: t('people.eyebrow'), help: 'help.people', actions: [button(t('people.add'), { icon: 'plus', kind: 'primary', click: () => askPerson(null, book, load) })] }),
        h('div', { class: 'list-tools' }, find, said), place);
    await load();
}
