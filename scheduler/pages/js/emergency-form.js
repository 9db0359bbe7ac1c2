// Whom to call and what to say: sites by a press, words by a press, and one question before anything rings.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { combobox } from './combobox.js';
import { findPeople } from './directory.js';
import { newKey } from './draft.js';
import { calmForm, field, input, showErrors, textarea } from './forms.js';
import { sitePicker } from './site-picker.js';
import { button, dialog, during, errorText, notice, toast } from './ui.js';

/** What happens most in the mountains, ready to be sent. */
const PHRASES = ['storm', 'flood', 'landslide', 'fire'];

/**
 * @param {any} me
 * @param {(path: string) => void} go
 */
export function emergencyForm(me, go) {
    // One form convenes once, however often its answer is lost.
    const key = newKey();
    const form = h('form', { class: 'emergency-form card', novalidate: true });
    const what = input({ maxlength: 200, 'data-main': '', required: true });
    const message = textarea('', { maxlength: 2000, rows: 4 });
    const chair = combobox({ chosen: { id: me.person.id, name: me.person.name }, find: findPeople, changed: () => null });
    const press = button(t('emergency.act.none'), { icon: 'bell', kind: 'danger emergency-act', type: 'submit' });
    const sites = sitePicker([], (chosen) => {
        calmForm(form);
        press.querySelector('span').textContent = chosen.length ? t('emergency.act', { n: chosen.length }) : t('emergency.act.none');
    }, { within: me.convenes });
    const phrases = h('div', { class: 'chips', role: 'group', 'aria-label': t('emergency.phrases') }, ...PHRASES.map((name) => h('button', {
        type: 'button', class: 'group-chip', 'data-phrase': name, text: t(`emergency.phrase.${name}`),
        click: () => {
            what.value = t(`emergency.title.${name}`);
            message.value = t(`emergency.message.${name}`);
            calmForm(form);
        },
    })));
    form.append(
        h('div', { class: 'emergency-part' }, field('sites', t('emergency.who'), sites, { group: true })),
        h('div', { class: 'emergency-part' },
            h('div', { class: 'field' }, h('span', { class: 'label', 'aria-hidden': 'true', text: t('emergency.phrases') }), phrases),
            field('title', t('emergency.what'), what),
            field('message', t('emergency.message'), message, { optional: true }),
            field('chair', t('chair'), chair, { hint: t('emergency.chair.hint') })),
        h('div', { class: 'emergency-go' }, press, h('p', { class: 'fine', text: t('emergency.words') })));

    /** The last question: how many will ring. @param {any} typed */
    function ask(typed) {
        const n = typed.sites.length;
        const trouble = h('div', { role: 'alert' });
        const yes = button(t('emergency.confirm.yes', { n }), {
            icon: 'bell', kind: 'danger',
            click: () => during(yes, async () => {
                try {
                    const done = await send('POST', '/api/emergencies', typed, { key });
                    close();
                    toast(t('emergency.done', { n: done.sites, mail: done.mail }));
                    go(`/trieu-tap/${done.occurrence}`);
                } catch (error) {
                    if (Object.keys(/** @type {any} */ (error).fields ?? {}).length) {
                        close();
                        showErrors(form, error);
                    } else trouble.replaceChildren(notice('bad', errorText(error)));
                }
            }),
        });
        const no = button(t('emergency.confirm.no'), { click: () => close() });
        const { close } = dialog(t('emergency.confirm', { n }), [
            h('p', { class: 'emergency-confirm' }, h('strong', { text: typed.title })),
            h('p', { text: t('emergency.confirm.words') }), trouble,
        ], { actions: [no, yes] });
        // Enter must not ring a province by mistake.
        no.focus();
    }
    form.addEventListener('submit', (/** @type {Event} */ event) => {
        event.preventDefault();
        calmForm(form);
        const typed = { title: what.value.trim(), message: message.value.trim(), sites: sites.sites(), chair: chair.choice()?.id ?? null };
        const fields = {};
        if (!typed.sites.length) Object.assign(fields, { sites: t('sites.wrong') });
        if (!typed.title) Object.assign(fields, { title: t('emergency.what.wrong') });
        if (Object.keys(fields).length) return showErrors(form, { message: t('form.mend'), fields });
        ask(typed);
    });
    return form;
}
