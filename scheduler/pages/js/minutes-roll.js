// The roll beside the minutes: how everybody stood, corrected by hand with a reason, and signed off.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { field, input, select, showErrors } from './forms.js';
import { momentWords } from './times.js';
import { button, chip, dialog, during, linkButton, notice } from './ui.js';

const STATES = ['present', 'late', 'delegated', 'absent'];
/** @type {Record<string, string>} */
const TONES = { present: 'good', late: 'warn', delegated: 'good', dropped: 'bad', absent: 'bad', expected: '' };

/** @param {{id: string, keep: (act: any) => Promise<void>, latest: () => any}} page */
export function roll({ id, keep, latest }) {
    const head = h('div', { class: 'stack' });
    const find = input({ type: 'search', 'aria-label': t('minutes.roll.find'), placeholder: t('minutes.roll.find'), input: () => list() });
    const only = select([['', t('minutes.roll.all')], ...['present', 'late', 'delegated', 'dropped', 'absent', 'expected'].map((key) => /** @type {[string, string]} */ ([key, t(`minutes.mark.${key}`)]))], '',
        { 'aria-label': t('minutes.roll.only'), class: 'select small', change: () => list() });
    const rows = h('ul', { class: 'minutes-roll' });
    const root = h('div', { class: 'stack' }, head,
        h('div', { class: 'inline' }, h('div', { class: 'find' }, icon('search'), find), only), rows,
        h('div', { class: 'inline' }, linkButton(t('minutes.roll.csv'), `/api/occurrences/${id}/roll.csv`, { icon: 'down', small: true, download: '' }),
            linkButton(t('minutes.roll.pdf'), `/api/occurrences/${id}/roll.pdf`, { icon: 'print', small: true, target: '_blank' })));
    let drawn = '';
    let drawnHead = '';

    /** @param {any} line */
    function correct(line) {
        const state = select(STATES.map((key) => [key, t(`minutes.mark.${key}`)]), STATES.includes(line.state) ? line.state : 'present');
        const reason = input({ maxlength: 300 });
        const form = h('form', { class: 'stack' }, field('state', t('minutes.roll.state'), state), field('reason', t('minutes.roll.reason'), reason, { hint: t('minutes.roll.reason.hint') }));
        const save = button(t('save'), { kind: 'primary', type: 'submit' });
        form.append(h('div', { class: 'dialog-actions' }, save));
        const box = dialog(t('minutes.roll.correct.name', { name: line.name }), [form]);
        form.addEventListener('submit', (/** @type {Event} */ event) => {
            event.preventDefault();
            if (!reason.value.trim()) return showErrors(form, { message: t('form.mend'), fields: { reason: t('minutes.roll.reason.wrong') } });
            void during(save, async () => {
                try {
                    await keep({ do: 'roll.correct', seat: line.seat, state: state.value, reason: reason.value.trim() });
                    box.close();
                } catch (error) {
                    showErrors(form, error);
                }
            });
        });
    }

    function sign() {
        const { counts, present, units } = sums();
        const yes = button(t('minutes.roll.sign'), { kind: 'primary', icon: 'check', click: () => during(yes, async () => {
            await keep({ do: 'roll.sign' }).catch(() => undefined);
            box.close();
        }) });
        const box = dialog(t('minutes.roll.sign'), [h('p', { text: t('minutes.roll.sign.ask', { present, units }) }), h('p', { class: 'fine', text: counts })], { actions: [yes] });
    }

    function sums() {
        const { roll: found } = latest();
        /** @type {Record<string, number>} */
        const by = {};
        for (const line of found.lines) by[line.state] = (by[line.state] ?? 0) + 1;
        const counts = Object.entries(by).map(([state, n]) => `${t(`minutes.mark.${state}`)}: ${n}`).join(' · ');
        return { counts, present: found.present, units: found.units };
    }

    function drawHead() {
        const { roll: found, mayEdit } = latest();
        const { counts } = sums();
        const key = JSON.stringify([found.state, found.signed, counts, found.present, mayEdit]);
        if (key === drawnHead) return;
        drawnHead = key;
        const close = button(t('minutes.roll.close'), { small: true, click: () => during(close, () => keep({ do: 'roll.close' }).catch(() => undefined)) });
        const act = !mayEdit ? null : found.state === 'open' ? close : found.state === 'closed' ? button(t('minutes.roll.sign'), { kind: 'primary', icon: 'check', click: sign }) : null;
        const words = found.signed ? notice('good', t('minutes.roll.signed', { by: found.signed.by, at: momentWords(found.signed.at) }))
            : notice(found.state === 'none' ? 'plain' : 'warn', t(`minutes.roll.${found.state}`));
        head.replaceChildren(
            h('p', { class: 'minutes-sum' }, h('strong', { text: `${found.present}/${found.units}` }), ` ${t('minutes.roll.units')} `,
                chip(t(found.present >= found.needed ? 'minutes.quorum' : 'minutes.quorum.not', { n: found.needed }), found.present >= found.needed ? 'good' : 'warn')),
            h('p', { class: 'fine', text: counts }), words, ...(act ? [h('div', {}, act)] : []));
    }

    function list() {
        const { roll: found, mayEdit } = latest();
        const wanted = find.value.trim().toLowerCase();
        const lines = found.lines.filter((/** @type {any} */ line) => (!only.value || line.state === only.value) && (!wanted || line.name.toLowerCase().includes(wanted)));
        const key = JSON.stringify([lines, found.state, mayEdit]);
        if (key === drawn || rows.contains(document.activeElement) && key.length === 0) return;
        const focused = document.activeElement?.getAttribute('data-seat');
        drawn = key;
        const may = mayEdit && found.state !== 'signed';
        rows.replaceChildren(...lines.map((/** @type {any} */ line) => {
            const more = [line.at ? momentWords(line.at).slice(0, 5).trim() : '', line.how ? t(`minutes.how.${line.how}`) : '', line.delegate, line.reason].filter(Boolean).join(' · ');
            return h('li', {}, h('span', { class: 'minutes-name' }, line.name, more ? h('small', { text: more }) : null), chip(t(`minutes.mark.${line.state}`), TONES[line.state]),
                may ? button(t('minutes.roll.correct.name', { name: line.name }), { icon: 'edit', bare: true, 'data-seat': line.seat, click: () => correct(line) }) : null);
        }));
        if (!lines.length) rows.append(h('li', { class: 'none', text: t('none.found') }));
        if (focused) /** @type {any} */ (rows.querySelector(`[data-seat="${CSS.escape(focused)}"]`))?.focus();
    }
    return {
        root,
        update() {
            drawHead();
            list();
        },
    };
}
