// Changing the directory: units, sites, device tokens, import. Nothing is deleted; what ends keeps its date.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { combobox } from './combobox.js';
import { findUnits, kindWords, lineKinds } from './directory.js';
import { formDialog } from './form-dialog.js';
import { checkbox, dateInput, field, fileButton, input, select } from './forms.js';
import { secretBox } from './secret-box.js';
import { onSubmit } from './submit-form.js';
import { momentWords, today } from './times.js';
import { button, dialog, during, errorText, fill, notice, toast } from './ui.js';

const DEVICES = ['pc', 'room', 'kiosk'];
const KINDS = ['committee', 'party', 'department', 'district', 'commune', 'company', 'other'];

/** @typedef {(id?: number) => Promise<void>} Again */

/** @param {any} book @param {number} id @param {(unit: any) => boolean} [fits] */
function unitBox(book, id, fits = () => true) {
    const chosen = book.byId.get(id);
    return combobox({ chosen: chosen ? { id: chosen.id, name: chosen.name } : null, find: findUnits(book, fits) });
}

/** @param {string} value */
const kinds = (value) => select([...new Set([...KINDS, value])].map((kind) => [kind, kindWords(kind)]), value);

/** @param {any} book @param {number} parentId @param {Again} again */
export function askUnit(book, parentId, again) {
    const name = input({ maxlength: 200 });
    const code = input({ maxlength: 60, spellcheck: 'false', autocapitalize: 'none' });
    const parent = unitBox(book, parentId);
    const kind = kinds('commune');
    const email = input({ type: 'email' });
    formDialog(t('units.add'), [field('name', t('units.name'), name), h('div', { class: 'row-2' }, field('code', t('units.code'), code, { hint: t('units.code.hint') }), field('kind', t('units.kind'), kind)),
        field('parent', t('units.parent'), parent), field('email', t('email'), email, { optional: true })], {
        label: t('units.add'),
        check: () => ({ ...(name.value.trim() ? {} : { name: t('units.name.wrong') }), ...(code.value.trim() ? {} : { code: t('units.code.wrong') }) }),
        act: async () => {
            const made = await send('POST', '/api/units', { name: name.value.trim(), code: code.value.trim(), parent: parent.choice()?.id ?? null, kind: kind.value, email: email.value.trim() || null });
            toast(t('saved'));
            await again(made?.id);
        },
    });
}

/** @param {any} unit @param {any} book @param {Again} again */
export function askUnitEdit(unit, book, again) {
    const kind = kinds(unit.kind);
    const email = input({ type: 'email', value: unit.email ?? '' });
    const parent = unitBox(book, unit.parent, (one) => one.id !== unit.id);
    formDialog(t('units.edit'), [field('parent', t('units.parent'), parent), field('kind', t('units.kind'), kind), field('email', t('email'), email, { optional: true })], {
        label: t('save'),
        act: async () => {
            await send('PATCH', `/api/units/${unit.id}`, { kind: kind.value, email: email.value.trim() || null, parent: parent.choice()?.id ?? null });
            toast(t('saved'));
            await again(unit.id);
        },
    });
}

/** @param {any} unit @param {Again} again */
export function askRename(unit, again) {
    const name = input({ value: unit.name, maxlength: 200 });
    const from = dateInput(today());
    formDialog(t('units.rename'), [h('p', { text: t('units.rename.words') }), field('name', t('units.name'), name), field('from', t('units.rename.from'), from)], {
        label: t('units.rename'),
        check: () => ({ ...(name.value.trim() ? {} : { name: t('units.name.wrong') }), ...(from.day() ? {} : { from: t('date.wrong') }) }),
        act: async () => {
            await send('PATCH', `/api/units/${unit.id}`, { name: name.value.trim(), from: from.day() });
            toast(t('saved'));
            await again(unit.id);
        },
    });
}

/** @param {any} unit @param {any} book @param {Again} again */
export function askMerge(unit, book, again) {
    const into = unitBox(book, 0, (one) => one.id !== unit.id && !one.until);
    const date = dateInput(today());
    formDialog(t('units.merge'), [h('p', { text: t('units.merge.words', { name: unit.name }) }), field('into', t('units.merge.into'), into), field('date', t('units.merge.date'), date)], {
        label: t('units.merge'), kind: 'danger',
        check: () => ({ ...(into.choice() ? {} : { into: t('units.merge.wrong') }), ...(date.day() ? {} : { date: t('date.wrong') }) }),
        act: async () => {
            await send('POST', `/api/units/${unit.id}/merge`, { into: into.choice().id, date: date.day() });
            toast(t('saved'));
            await again(into.choice().id);
        },
    });
}

/** @param {any} site null makes one @param {any} unit @param {Again} again */
export async function askSite(site, unit, again) {
    const lines = await lineKinds();
    const name = input({ value: site?.name ?? unit.name, maxlength: 200 });
    // A line that a list named otherwise stays what it is.
    const own = site && !lines.some((/** @type {any} */ one) => one.name === site.line) ? [[site.line, site.line]] : [];
    const line = select([...own, ...lines.map((/** @type {any} */ one) => [one.name, one.words])], site?.line ?? 'adsl-typical');
    line.addEventListener('change', () => {
        const kind = lines.find((/** @type {any} */ one) => one.name === line.value);
        if (kind) [down.value, up.value] = [kind.down, kind.up];
    });
    const down = input({ type: 'number', min: 0, value: site?.down ?? '' });
    const up = input({ type: 'number', min: 0, value: site?.up ?? '' });
    const device = select(DEVICES.map((key) => [key, t(`device.${key}`)]), site?.device ?? 'pc');
    const who = input({ value: site?.technician?.name ?? '', maxlength: 120 });
    const phone = input({ type: 'tel', value: site?.technician?.phone ?? '', maxlength: 40 });
    const mail = input({ type: 'email', value: site?.technician?.email ?? '' });
    const active = checkbox(t('site.active'), site?.active !== false);
    formDialog(t(site ? 'site.edit' : 'site.add'), [field('name', t('site.name'), name),
        h('div', { class: 'row-3' }, field('line', t('site.line.kind'), line), field('down', t('site.down'), down), field('up', t('site.up'), up)),
        field('device', t('site.device'), device), h('div', { class: 'row-3' }, field('technician', t('site.technician'), who), field('phone', t('phone'), phone), field('technicianEmail', t('email'), mail)), active], {
        label: t('save'), wide: true,
        check: () => (name.value.trim() ? {} : { name: t('site.name.wrong') }),
        act: async () => {
            const body = {
                name: name.value.trim(), line: line.value || undefined, down: Number(down.value) || undefined, up: Number(up.value) || undefined, device: device.value, active: active.box.checked,
                technician: { name: who.value.trim(), phone: phone.value.trim(), email: mail.value.trim() },
            };
            if (site) await send('PATCH', `/api/sites/${site.id}`, body);
            else await send('POST', '/api/sites', { unit: unit.id, ...body });
            toast(t('saved'));
            await again(unit.id);
        },
    });
}

/** @param {any} site */
export function askTokens(site) {
    const place = h('div');
    const shown = h('div', { class: 'stack', role: 'status' });
    const name = input({ maxlength: 80 });
    const press = button(t('tokens.make'), { kind: 'primary', type: 'submit' });
    const form = h('form', { class: 'inline-form' }, field('name', t('tokens.name'), name), press);
    const load = () => fill(place, () => get(`/api/sites/${site.id}/device-tokens`), (found) => {
        const { tokens } = found;
        return tokens.length ? h('ul', { class: 'papers' }, ...tokens.map((/** @type {any} */ one) => h('li', {}, h('span', { class: 'paper-words' }, h('strong', { text: one.name }), h('small', { text: [one.createdAt ? t('tokens.made', { at: momentWords(one.createdAt) }) : '', one.seenAt ? t('tokens.used', { at: momentWords(one.seenAt) }) : '', one.revoked ? t('tokens.revoked') : ''].filter(Boolean).join(' · ') })),
            one.revoked ? null : button(t('tokens.revoke'), {
                small: true, kind: 'danger-line', 'aria-label': `${t('tokens.revoke')}: ${one.name}`,
                click: (/** @type {any} */ event) => during(event.currentTarget, async () => {
                    await send('DELETE', `/api/device-tokens/${one.id}`).catch((error) => toast(errorText(error), 'bad'));
                    await load();
                }),
            })))) : h('p', { class: 'fine', text: t('tokens.none') });
    });
    onSubmit(form, press, {
        act: async () => {
            const made = await send('POST', `/api/sites/${site.id}/device-tokens`, { name: name.value.trim() || site.name });
            name.value = '';
            shown.replaceChildren(notice('warn', t('tokens.once')), secretBox(t('tokens.token'), made.token));
            await load();
        },
    });
    dialog(`${t('tokens')}: ${site.name}`, [h('p', { text: t('tokens.words') }), form, shown, place]);
    void load();
}

/** @param {string} path @param {string} name */
export function askFeed(path, name) {
    const place = h('div', { role: 'status' });
    dialog(`${t('feed')}: ${name}`, [h('p', { text: t('feed.words') }), place]);
    void fill(place, () => send('POST', path), ({ feed }) => secretBox(t('feed.address'), feed));
}

/** CSV: read first, then taken over; any wrong line changes nothing. @param {Again} again */
export function askImport(again) {
    const place = h('div', { class: 'stack', role: 'status' });
    const name = h('span', { class: 'fine' });
    const take = button(t('import.take'), { kind: 'primary', disabled: true });
    let text = '';
    const file = fileButton(t('import.choose'), {
        accept: '.csv,text/csv',
        take: async ([chosen]) => {
            take.disabled = true;
            name.textContent = chosen.name;
            text = await chosen.text();
            await fill(place, () => send('POST', '/api/units.csv?check=1', undefined, { raw: text, type: 'text/csv; charset=utf-8' }), (found) => {
                take.disabled = found.errors.length > 0;
                const counts = t('import.counts', { added: found.added, changed: found.changed, unchanged: found.unchanged });
                if (!found.errors.length) return notice('good', counts);
                return [notice('bad', t('import.errors', { n: found.errors.length })), h('ul', { class: 'import-errors', tabindex: '0', 'aria-label': t('import.errors', { n: found.errors.length }) }, ...found.errors.slice(0, 50).map((/** @type {any} */ one) => h('li', {}, h('b', { text: t('import.line', { n: one.line }) }), ` ${one.message}`)))];
            });
        },
    });
    take.addEventListener('click', () => during(take, async () => {
        try {
            const found = await send('POST', '/api/units.csv', undefined, { raw: text, type: 'text/csv; charset=utf-8' });
            close();
            toast(t('import.done', { added: found.added, changed: found.changed }));
            await again();
        } catch (error) {
            place.replaceChildren(notice('bad', errorText(error)));
        }
    }));
    const { close } = dialog(t('units.import'), [h('p', { text: t('import.words') }), h('p', {}, h('code', { text: 'code,parent,name,kind,line,email' })), field('file', t('import.file'), h('div', { class: 'inline' }, file, name), { group: true }), place], { actions: [take] });
}
