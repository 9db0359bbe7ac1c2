// The first run: the province's name and its first administrator.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from '../api.js';
import { field, input } from '../forms.js';
import { outside } from '../outside.js';
import { onSubmit } from '../submit-form.js';
import { button } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, go, title, setMe }) {
    const options = await get('/api/signin-options', { open: true });
    if (!options.setup) return go('/');
    title(t('setup.title'));
    const province = input({ placeholder: t('setup.province.example'), required: true });
    const name = input({ autocomplete: 'name', required: true });
    const email = input({ type: 'email', autocomplete: 'email', required: true });
    const password = input({ type: 'password', autocomplete: 'new-password', required: true });
    const again = input({ type: 'password', autocomplete: 'new-password', required: true });
    const press = button(t('setup.go'), { kind: 'primary wide', type: 'submit' });
    const form = h('form', { class: 'stack' },
        field('province', t('setup.province'), province, { hint: t('setup.province.hint') }),
        field('name', t('name'), name), field('email', t('email'), email),
        field('password', t('password'), password, { hint: t('password.hint') }), field('again', t('password.again'), again), press);
    onSubmit(form, press, {
        check: () => (password.value === again.value ? {} : { again: t('password.differ') }),
        act: async () => {
            const me = await send('POST', '/api/setup', { province: province.value.trim(), name: name.value.trim(), email: email.value.trim(), password: password.value }, { open: true });
            setMe(me?.csrf ? me : await get('/api/me'));
            go('/');
        },
    });
    main.append(outside(t('setup.title'), t('setup.eyebrow'), h('p', { class: 'lead', text: t('setup.words') }), form));
}
