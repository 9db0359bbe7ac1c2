// The acts of a route as buttons: agree, sign, return, delegate, skip, withdraw, submit again, issue.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { combobox } from './combobox.js';
import { findPeople } from './directory.js';
import { formDialog } from './form-dialog.js';
import { field, textarea } from './forms.js';
import { askSignature } from './signing-dialog.js';
import { button, toast } from './ui.js';

const KINDS = { agree: 'primary', submit: 'primary', issue: 'primary', return: 'danger-line', withdraw: 'danger-line' };
const REASONED = ['return', 'skip', 'withdraw'];

/** @param {any} one a route @param {(next?: any) => Promise<void>} again */
export function actButtons(one, again) {
    const act = (/** @type {string} */ name) => button(t(name === 'agree' && one.state === 'comment' ? 'approval.do.comment' : `approval.do.${name}`), { kind: KINDS[/** @type {keyof typeof KINDS} */ (name)] ?? '', click: () => ask(name, one, again) });
    const may = one.may.filter((/** @type {string} */ name) => name !== 'comment');
    return may.map((/** @type {string} */ name) => (name === 'sign'
        ? button(t('approval.do.sign'), { kind: 'primary', icon: 'edit', click: () => askSignature(one, again) })
        : act(name)));
}

/** @param {string} name @param {any} one @param {(next?: any) => Promise<void>} again */
function ask(name, one, again) {
    const note = textarea('', { rows: 3, maxlength: 2000 });
    const who = name === 'delegate' ? combobox({ find: findPeople }) : null;
    const needsNote = REASONED.includes(name);
    const plain = name === 'submit' || name === 'issue';
    formDialog(t(`approval.do.${name}`), [
        h('p', { text: t(`approval.ask.${name}`, { title: one.paper.title }) }),
        who ? field('to', t('approval.delegate.to'), who) : null,
        plain ? null : field('note', t(needsNote ? 'approval.reason' : 'approval.note'), note, { optional: !needsNote }),
    ], {
        label: t(`approval.do.${name}`), kind: name === 'return' || name === 'withdraw' ? 'danger' : 'primary',
        check: () => ({
            .../** @type {Record<string, string>} */ (needsNote && !note.value.trim() ? { note: t('approval.reason.missing') } : {}),
            .../** @type {Record<string, string>} */ (who && !who.choice() ? { to: t('approval.delegate.missing') } : {}),
        }),
        act: async () => {
            await again(await send('POST', `/api/approvals/${one.id}/acts`, {
                do: name, note: note.value.trim(), to: who?.choice()?.id ?? null, paper: name === 'submit' ? one.newest : one.paper.id,
            }));
            toast(t('approval.done'));
        },
    });
}
