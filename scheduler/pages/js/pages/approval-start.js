// Laying out the route of a paper: steps in their order, who does each, by when.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from '../api.js';
import { stateChip } from '../approval-words.js';
import { multibox } from '../combobox.js';
import { findPeople } from '../directory.js';
import { checkbox, dateInput, field, input, select, textarea } from '../forms.js';
import { onSubmit } from '../submit-form.js';
import { button, linkButton, notice, pageHead, toast } from '../ui.js';

const KINDS = ['comment', 'approve', 'sign'];

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, title, go, signal }) {
    const [{ approvals }, { versions }] = await Promise.all([get(`/api/papers/${params.paper}/approvals`, { signal }), get(`/api/papers/${params.paper}/versions`, { signal })]);
    const paper = versions.find((/** @type {any} */ one) => one.id === Number(params.paper)) ?? versions[0];
    title(t('approval.start'));
    const open = approvals.find((/** @type {any} */ one) => one.state !== 'issued' && one.state !== 'withdrawn');
    const head = pageHead(t('approval.start'), { eyebrow: t('approvals.eyebrow'), help: 'help.approval.start' });
    const what = h('section', { class: 'card approval-what' }, icon('paper'), h('div', {}, h('h2', { text: paper.title }),
        h('p', { class: 'fine', text: [t('papers.version', { n: paper.version }), paper.filename, sizeWords(paper.bytes)].join(' · ') })),
    linkButton(t('paper.read'), `/tai-lieu/${paper.id}`, { icon: 'eye', small: true, target: '_blank', rel: 'noopener' }));
    if (open) {
        main.append(head, what, notice('plain', t('approval.open.already'), ' ', h('a', { href: `/ky-duyet/${open.id}`, text: open.title }), ' ', stateChip(open)));
        return;
    }
    /** @type {{kind: any, people: any, due: any, element: HTMLElement}[]} */
    let steps = [];
    const list = h('ol', { class: 'route-steps' });
    const draw = () => {
        list.replaceChildren(...steps.map((step) => step.element));
        steps.forEach((step, index) => {
            step.element.setAttribute('aria-label', t('approval.step', { n: index + 1 }));
            // As the server names what is wrong with them.
            for (const each of step.element.querySelectorAll('[data-field]')) each.setAttribute('data-field', `steps.${index}.${each.getAttribute('data-part')}`);
        });
    };
    /** @param {string} kind */
    function add(kind) {
        const choice = select(KINDS.map((each) => [each, t(`approval.kind.${each}`)]), kind);
        const people = multibox({ chosen: [], find: findPeople, changed: () => undefined });
        const due = dateInput(null);
        const step = { kind: choice, people, due, element: h('li', { class: 'route-step' }) };
        const drop = button(t('approval.step.remove'), {
            icon: 'close', bare: true,
            click: () => {
                steps = steps.filter((other) => other !== step);
                draw();
            },
        });
        const fields = { kind: field('kind', t('approval.step.kind'), choice), people: field('people', t('approval.step.people'), people), due: field('due', t('approval.step.due'), due, { optional: true }) };
        for (const [name, each] of Object.entries(fields)) each.setAttribute('data-part', name);
        step.element.append(...Object.values(fields), drop);
        steps.push(step);
        draw();
    }
    add('comment');
    add('approve');
    add('sign');
    const agency = input({ maxlength: 200 });
    const number = input({ maxlength: 60, placeholder: '12/BC-UBND' });
    const note = textarea('', { rows: 3, maxlength: 2000 });
    const keeps = checkbox(t('approval.keeps'), false);
    const press = button(t('approval.submit'), { kind: 'primary', type: 'submit' });
    const form = h('form', { class: 'stack' },
        h('section', { class: 'card stack' }, h('h2', { text: t('approval.steps') }), h('p', { class: 'fine', text: t('approval.steps.words') }), list,
            h('div', { class: 'route-add' }, ...KINDS.map((kind) => button(t(`approval.add.${kind}`), { icon: 'plus', small: true, click: () => add(kind) })))),
        h('section', { class: 'card stack' }, h('h2', { text: t('approval.more') }), h('div', { class: 'row-2' },
            field('agency', t('approval.agency'), agency, { optional: true, hint: t('approval.agency.hint') }), field('number', t('approval.number'), number, { optional: true })),
        field('note', t('approval.message'), note, { optional: true }), keeps),
        h('div', {}, press));
    onSubmit(form, press, {
        act: async () => {
            const made = await send('POST', `/api/papers/${params.paper}/approvals`, {
                steps: steps.map((step) => ({ kind: step.kind.value, people: step.people.choices().map((/** @type {any} */ one) => one.id), due: step.due.day() })),
                agency: agency.value.trim(), number: number.value.trim(), note: note.value.trim(), keepsComments: keeps.box.checked,
            });
            toast(t('approval.submitted'));
            go(`/ky-duyet/${made.id}`);
        },
    });
    main.append(head, what, form);
}
