// Adding papers to a meeting that is there: files, a link, or a reference to what is handed out on paper.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { field, input, radios, select } from './forms.js';
import { paperBox, paperLine } from './paper-box.js';
import { unfinished } from './paper-upload.js';
import { onSubmit } from './submit-form.js';
import { button, dialog, during, notice } from './ui.js';

/** @param {any} one @param {() => Promise<void>} again */
export function askPaper(one, again) {
    const list = h('ul', { class: 'uploads' });
    const scope = radios('scope', [['this', t('scope.this')], ['series', t('papers.scope.series')]], 'this');
    const item = select([['', t('papers.whole')], ...one.agenda.map((/** @type {any} */ entry) => /** @type {[string, string]} */ ([String(entry.id), entry.title]))], '');
    const where = () => ({ scope: scope.choice(), item: Number(item.value) || null });
    let sent = 0;
    const leave = button(t('papers.send'), { icon: 'send', kind: 'primary', hidden: true, click: () => during(leave, all) });
    const lines = () => /** @type {ReturnType<typeof paperLine>[]} */ ([...list.children]).filter((line) => line.leave && !line.isDone());
    const draw = () => {
        leave.hidden = !lines().length;
        leave.querySelector('span')?.replaceChildren(t('papers.send.n', { n: lines().length }));
    };
    const all = async () => {
        // What fails says so in its own line, and the others go on.
        for (const line of lines()) await line.leave(one.id, where()).then((paper) => { sent += paper ? 1 : 0; }, () => null);
        draw();
    };
    const done = (/** @type {string} */ title) => {
        sent += 1;
        list.append(h('li', { class: 'upload done' }, icon('paper'), h('span', { class: 'upload-words', text: title }), h('span', { class: 'upload-said', text: t('papers.added') })));
    };
    const left = unfinished(one.id);
    dialog(t('papers.add'), [
        ...(left.length ? [notice('warn', t('papers.unfinished', { names: left.join(', ') }))] : []),
        ...(one.recurring ? [h('div', { class: 'field' }, h('span', { class: 'label', text: t('papers.scope') }), scope)] : []),
        ...(one.agenda.length ? [field('item', t('papers.item'), item)] : []),
        paperBox((files) => {
            list.append(...files.map((file) => paperLine(file, draw)));
            draw();
        }), list,
        h('details', { class: 'fold' }, h('summary', { text: t('papers.link.add') }), linkForm(one, where, done)),
        h('details', { class: 'fold' }, h('summary', { text: t('papers.reference.add') }), referenceForm(one, where, done)),
    ], { actions: [leave], closed: () => { if (sent) void again(); } });
}

/** @typedef {() => {scope: string, item: number|null}} Where */

/** @param {any} one @param {Where} where @param {(title: string) => void} done */
function linkForm(one, where, done) {
    const url = input({ type: 'url', placeholder: 'https://' });
    const name = input({ maxlength: 200 });
    const press = button(t('papers.link.add'), { small: true, type: 'submit' });
    const form = h('form', { class: 'stack' }, field('title', t('papers.link.title'), name), field('url', t('papers.link.url'), url), press);
    return onSubmit(form, press, {
        act: async () => {
            await send('POST', `/api/occurrences/${one.id}/links`, { title: name.value.trim(), url: url.value.trim(), ...where() });
            done(name.value);
            name.value = '';
            url.value = '';
        },
    });
}

/** A paper that stays outside: of a classified one only its number is written down. @param {any} one @param {Where} where @param {(title: string) => void} done */
function referenceForm(one, where, done) {
    const title = input({ maxlength: 300 });
    const note = input({ maxlength: 300, placeholder: t('papers.reference.note.example') });
    const label = h('div', {});
    const level = select([['thuong', t('papers.plain')], ['mat', 'Mật'], ['toi-mat', 'Tối mật'], ['tuyet-mat', 'Tuyệt mật']], 'thuong', { change: () => draw() });
    const press = button(t('papers.reference.send'), { small: true, type: 'submit' });
    const draw = () => label.replaceChildren(level.value === 'thuong' ? field('title', t('papers.link.title'), title)
        : field('title', t('papers.reference.number'), title, { hint: t('papers.reference.number.hint') }));
    draw();
    const form = h('form', { class: 'stack' }, field('classification', t('papers.classification'), level), label, field('note', t('papers.reference.note'), note), press);
    return onSubmit(form, press, {
        act: async () => {
            const paper = await send('POST', `/api/occurrences/${one.id}/references`, { title: title.value.trim(), note: note.value.trim(), classification: level.value, ...where() });
            done(paper.title);
            title.value = '';
            note.value = '';
        },
    });
}

/** A newer version in a paper's place. @param {any} one @param {any} paper @param {() => Promise<void>} again */
export function askReplace(one, paper, again) {
    const list = h('ul', { class: 'uploads' });
    const leave = button(t('papers.send'), {
        icon: 'send', kind: 'primary', hidden: true,
        click: () => during(leave, async () => {
            const line = /** @type {ReturnType<typeof paperLine>} */ (list.firstElementChild);
            await line.leave(one.id, { scope: paper.scope, item: paper.item ?? null, replaces: paper.id }).then((made) => {
                if (!made) return;
                close();
                void again();
            }, () => null);
        }),
    });
    const { close } = dialog(t('papers.replace'), [h('p', { text: t('papers.replace.words', { name: paper.title, n: paper.version + 1 }) }), paperBox((files) => {
        list.replaceChildren(...files.map((file) => paperLine(file, () => { leave.hidden = true; }, paper.title)));
        leave.hidden = false;
    }, { multiple: false }), list], { actions: [leave] });
}
