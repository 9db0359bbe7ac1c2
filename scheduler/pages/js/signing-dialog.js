// Signing: the server prepares the paper, the signer's own machine signs it. The page gives the command and waits.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { fileButton, radios } from './forms.js';
import { momentWords } from './times.js';
import { button, dialog, during, errorText, notice, toast } from './ui.js';

/** Between two questions whether the signature has come. */
const WAIT_MS = 2_000;

/** @param {any} one a route @param {(next?: any) => Promise<void>} again */
export function askSignature(one, again) {
    const body = h('div', { class: 'stack' });
    let open = true;
    const { close } = dialog(t('signing.title'), [body], {
        wide: true,
        closed: () => {
            open = false;
        },
    });
    const look = radios('appearance', [
        ['person', t('signing.look.person'), t('signing.look.person.more')], ['agency', t('signing.look.agency'), t('signing.look.agency.more', { agency: one.agency })],
        ['hidden', t('signing.look.hidden')]], 'person');
    const trouble = h('div', { role: 'alert' });
    const prepare = button(t('signing.prepare'), {
        kind: 'primary',
        click: () => during(prepare, async () => {
            try {
                const made = await send('POST', `/api/papers/${one.paper.id}/signing`, { appearance: look.choice() });
                body.replaceChildren(...steps(made));
                void wait(made);
            } catch (error) {
                trouble.replaceChildren(notice('bad', errorText(error)));
            }
        }),
    });
    body.append(h('p', { text: t('signing.intro') }), h('div', { class: 'field' }, h('span', { class: 'label', text: t('signing.look') }), look), trouble,
        h('div', { class: 'dialog-actions' }, prepare));

    /** @param {any} made what the server has prepared */
    function steps(made) {
        const state = h('p', { class: 'signing-state', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), h('span', { text: t('signing.waiting', { time: momentWords(made.expiresAt) }) }));
        const wrong = h('div', { role: 'alert' });
        const file = fileButton(t('signing.hand.send'), {
            accept: '.der,.p7s,.cms',
            take: async ([chosen]) => {
                if (!chosen) return;
                try {
                    await send('POST', `/api/signings/${made.id}`, undefined, { raw: chosen, type: 'application/octet-stream' });
                } catch (error) {
                    wrong.replaceChildren(notice('bad', errorText(error)));
                }
            },
        });
        const begin = `giaoban sign with --server ${made.server} --ticket ${made.ticket}`;
        return [
            state,
            h('dl', { class: 'signing-facts' }, h('dt', { text: t('signing.paper') }), h('dd', { text: `${made.title} (${t('approval.version', { n: made.version })})` }),
                h('dt', { text: t('signing.digest') }), h('dd', {}, h('code', { text: made.digest }))),
            h('p', { text: t('signing.run') }),
            command(t('signing.token'), `${begin} --pkcs11 ${t('signing.token.module')}`), command(t('signing.file'), `${begin} --p12 ${t('signing.file.name')}`),
            h('p', { class: 'fine', text: t('signing.key.stays') }),
            h('details', { class: 'fold' }, h('summary', { text: t('signing.hand') }), h('div', { class: 'stack' },
                h('p', {}, h('a', { class: 'button small', href: made.file, download: 'cho-ky.pdf' }, icon('down'), h('span', { text: t('signing.hand.get') }))),
                command(t('signing.hand.run'), `giaoban sign key cho-ky.pdf --out chu-ky.der --p12 ${t('signing.file.name')}`), h('p', {}, file), wrong)),
        ];
    }

    /** @param {any} made */
    async function wait(made) {
        while (open) {
            await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
            if (!open) return;
            const found = await get(`/api/signings/${made.id}`).catch(() => null);
            if (!open || !found || found.state === 'waiting') continue;
            if (found.state === 'dropped') {
                body.replaceChildren(notice('warn', t('signing.dropped')));
                return;
            }
            close();
            toast(t('signing.done'));
            await again();
            return;
        }
    }
}

/** A command with a button that copies it. @param {string} label @param {string} words */
function command(label, words) {
    const press = button(t('signing.copy'), {
        icon: 'paper', small: true,
        click: async () => {
            try {
                await navigator.clipboard.writeText(words);
                toast(t('signing.copied'));
            } catch {
                getSelection()?.selectAllChildren(code);
            }
        },
    });
    const code = h('code', { tabindex: '0', text: words });
    return h('div', { class: 'signing-command' }, h('div', { class: 'signing-command-head' }, h('span', { class: 'label', text: label }), press), code);
}
