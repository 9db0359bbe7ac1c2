// Signing in.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from '../api.js';
import { outside } from '../outside.js';
import { signInForm } from '../sign-in-form.js';

/**
 * A path of this site only: a foreign address in ?next= leads nowhere. Browsers leave tabs and line ends out of an
 * address (WHATWG URL §4.4), so that one with them may be another's.
 * @param {string|null} next
 */
const safeNext = (next) => (next && /^\/(?![/\\])[^\s\\]*$/.test(next) && !next.startsWith('/dang-nhap') ? next : '/');

/** What the server says of a sign-in by the provider that failed: a name, never words. */
const FAILURES = ['unreachable', 'bad-answer', 'cancelled', 'refused', 'expired', 'busy', 'unknown-account'];

/** @param {import('../app.js').Visit} visit */
export async function page({ main, query, go, title, setMe }) {
    const options = await get('/api/signin-options', { open: true });
    if (options.setup) return go('/thiet-lap');
    title(t('signin.title'));
    const next = safeNext(query.get('next'));
    const failure = query.get('error');
    main.append(outside(t('signin.title'), options.province,
        failure ? h('p', { class: 'notice bad', role: 'alert', text: t(FAILURES.includes(failure) ? `signin.failed.${failure}` : 'signin.oidc.failed') }) : '',
        signInForm({
            options, next,
            done: (me) => {
                setMe(me);
                go(next);
            },
        }), h('p', { class: 'fine', text: t('signin.words') })));
}
