// Signing in: on its own page, and again over a page whose session ended while somebody was still typing.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { field, input } from './forms.js';
import { onSubmit } from './submit-form.js';
import { button, dialog, linkButton } from './ui.js';

/**
 * @param {{email?: string, next?: string, options?: any, done: (me: any) => void}} settings
 */
export function signInForm({ email = '', next = '/', options, done }) {
    const mail = input({ type: 'email', autocomplete: 'username', required: true, value: email, autocapitalize: 'none', spellcheck: 'false' });
    const password = input({ type: 'password', autocomplete: 'current-password', required: true, autofocus: Boolean(email) });
    const press = button(t('signin.go'), { kind: 'primary wide', type: 'submit' });
    const form = h('form', { class: 'stack' });
    onSubmit(form, press, {
        check: () => ({ ...(mail.value.trim() ? {} : { email: t('signin.email.wrong') }), ...(password.value ? {} : { password: t('signin.password.wrong') }) }),
        act: async () => {
            const me = await send('POST', '/api/session', { email: mail.value.trim(), password: password.value }, { open: true });
            done(me?.csrf ? me : await get('/api/me', { open: true }));
        },
    });
    form.append(field('email', t('email'), mail), field('password', t('password'), password), press);
    if (options?.oidc) {
        form.append(h('p', { class: 'or', text: t('or') }),
            linkButton(t('signin.oidc', { name: options.oidc.name }), `/auth/oidc/start?next=${encodeURIComponent(next)}`, { kind: 'wide' }));
    }
    if (options?.demo?.length) {
        form.append(h('div', { class: 'demo-accounts' }, h('p', { class: 'label', text: t('signin.demo') }),
            ...options.demo.map((/** @type {any} */ one) => h('button', {
                type: 'button', class: 'demo-account',
                click: () => {
                    mail.value = one.email;
                    password.value = one.password;
                    form.requestSubmit(press);
                },
            }, h('strong', { text: one.what }), h('span', { text: one.email })))));
    }
    return form;
}

/** @type {Promise<any>|null} */
let asking = null;

/**
 * Asks once, however many requests found the session ended. Resolves with the new /api/me, or null.
 * @param {any} me who was signed in
 */
export function signInAgain(me) {
    asking ??= new Promise((resolve) => {
        void get('/api/signin-options', { open: true }).catch(() => null).then((options) => {
            /** @type {any} */
            let found = null;
            const { close } = dialog(t('signin.again'), [
                h('p', { text: t('signin.again.words') }),
                signInForm({
                    email: me.person.email, next: location.pathname + location.search, options: { oidc: options?.oidc },
                    done: (next) => {
                        found = next;
                        close();
                    },
                }),
            ], { closed: () => resolve(found) });
        });
    }).finally(() => {
        asking = null;
    });
    return asking;
}
