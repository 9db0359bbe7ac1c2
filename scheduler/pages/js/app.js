// The shell of the scheduler's pages: who is signed in, which page the address names, and moving between them
// without loading the frame again. Each page is a module of its own, fetched when it is first opened.
import { byId, h } from '/assets/js/dom.js';
import { onLanguage, startLanguage, t } from '/assets/js/i18n.js';
import { get, onLine, onSessionLost, Refusal, useToken } from './api.js';
import { listenForAlerts } from './alerts.js';
import { fetchPapersAhead } from './papers-ahead.js';
import { drawRail, markRail } from './shell.js';
import { failed, loading } from './ui.js';

/** @typedef {{params: Record<string, string>, query: URLSearchParams, me: any, main: HTMLElement, signal: AbortSignal,
 *   go: (path: string) => void, title: (words: string) => void, setMe: (me: any) => void}} Visit */

/** `open` pages need no session. */
const PAGES = [
    { path: /^\/$/, module: () => import('./pages/calendar.js'), mark: '/' },
    { path: /^\/dat-lich$/, module: () => import('./pages/book.js'), mark: '/dat-lich' },
    { path: /^\/dinh-ky\/(?<id>\d+)$/, module: () => import('./pages/book.js'), mark: '/' },
    { path: /^\/phien\/(?<id>\d+)$/, module: () => import('./pages/occurrence.js'), mark: '/' },
    { path: /^\/san-sang\/(?<occurrence>\d+)$/, module: () => import('./pages/readiness.js'), mark: '/' },
    { path: /^\/bien-ban\/(?<id>\d+)$/, module: () => import('./pages/minutes.js'), mark: '/' },
    { path: /^\/tim-kiem$/, module: () => import('./pages/search.js'), mark: '' },
    { path: /^\/tai-lieu\/(?<id>\d+)$/, module: () => import('./pages/paper.js'), mark: '/' },
    { path: /^\/luu-tru$/, module: () => import('./pages/archive.js'), mark: '/luu-tru' },
    { path: /^\/luu-tru\/thoi-han$/, module: () => import('./pages/keeping.js'), mark: '/luu-tru' },
    { path: /^\/ho-so$/, module: () => import('./pages/dossiers.js'), mark: '/ho-so' },
    { path: /^\/ho-so\/(?<id>\d+)$/, module: () => import('./pages/dossier.js'), mark: '/' },
    { path: /^\/ho-so\/nhap\/(?<imported>\d+)$/, module: () => import('./pages/dossier.js'), mark: '/ho-so' },
    { path: /^\/ky-duyet$/, module: () => import('./pages/approvals.js'), mark: '/ky-duyet' },
    { path: /^\/ky-duyet\/(?<id>\d+)$/, module: () => import('./pages/approval.js'), mark: '/ky-duyet' },
    { path: /^\/trinh-ky\/(?<paper>\d+)$/, module: () => import('./pages/approval-start.js'), mark: '/ky-duyet' },
    { path: /^\/giay-moi$/, module: () => import('./pages/invitations.js'), mark: '/giay-moi' },
    { path: /^\/trieu-tap(?:\/(?<id>\d+))?$/, module: () => import('./pages/emergency.js'), mark: '/trieu-tap' },
    { path: /^\/don-vi$/, module: () => import('./pages/units.js'), mark: '/don-vi' },
    { path: /^\/nguoi-dung$/, module: () => import('./pages/people.js'), mark: '/nguoi-dung' },
    { path: /^\/bao-cao$/, module: () => import('./pages/reports.js'), mark: '/bao-cao' },
    { path: /^\/thu$/, module: () => import('./pages/mail.js'), mark: '/thu' },
    { path: /^\/nhat-ky$/, module: () => import('./pages/audit.js'), mark: '/nhat-ky' },
    { path: /^\/cai-dat$/, module: () => import('./pages/settings.js'), mark: '/cai-dat' },
    { path: /^\/dang-nhap$/, module: () => import('./pages/signin.js'), open: true },
    { path: /^\/thiet-lap$/, module: () => import('./pages/setup.js'), open: true },
    { path: /^\/tra-loi\/(?<token>[^/]+)$/, module: () => import('./pages/answer.js'), open: true },
];

const NOWHERE = { path: /^/, module: () => import('./pages/nowhere.js'), mark: '', open: true };

const main = byId('main');
/** @type {any} */
let me = null;
let leaving = new AbortController();

/** @param {any} found what /api/me says; null when nobody is signed in */
function setMe(found) {
    me = found;
    useToken(found?.csrf ?? '');
    drawRail(me, go);
    listenForAlerts(me);
    fetchPapersAhead(me);
}

/** @param {string} path */
const pageOf = (path) => PAGES.find((page) => page.path.test(path));

/** @param {string} path @param {{replace?: boolean}} [options] */
function go(path, { replace = false } = {}) {
    history[replace ? 'replaceState' : 'pushState'](null, '', path);
    void show({ focus: true });
}

/** @param {string} words */
const title = (words) => {
    document.title = `${words} · ${t('brand')}`;
};

/** Signed in, or sent to where one signs in. */
async function identify() {
    if (me) return true;
    try {
        setMe(await get('/api/me', { open: true }));
        return true;
    } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 401) throw error;
    }
    const options = await get('/api/signin-options', { open: true });
    const here = location.pathname + location.search;
    go(options.setup ? '/thiet-lap' : `/dang-nhap?next=${encodeURIComponent(here)}`, { replace: true });
    return false;
}

/** @param {{focus?: boolean}} [options] */
async function show({ focus = false } = {}) {
    leaving.abort();
    leaving = new AbortController();
    const { signal } = leaving;
    for (const open of document.querySelectorAll('dialog[open]')) /** @type {any} */ (open).close();
    const slow = setTimeout(() => !signal.aborted && main.replaceChildren(loading()), 250);
    try {
        const page = pageOf(location.pathname) ?? NOWHERE;
        document.body.classList.toggle('open-page', Boolean(page.open));
        if (!page.open && !(await identify())) return;
        if (page.open) drawRail(null, go);
        else drawRail(me, go);
        markRail(page.mark ?? '');
        const module = await page.module();
        if (signal.aborted) return;
        const place = h('div', { class: 'page' });
        await module.page({
            params: location.pathname.match(page.path)?.groups ?? {}, query: new URLSearchParams(location.search),
            me, main: place, signal, go, title, setMe,
        });
        if (signal.aborted) return;
        main.replaceChildren(place);
        if (focus) {
            scrollTo(0, 0);
            (main.querySelector('[autofocus]') ?? main.querySelector('h1'))?.focus({ preventScroll: true });
        }
    } catch (error) {
        if (signal.aborted) return;
        const notMine = error instanceof Refusal && error.status === 404;
        title(t('error.title'));
        main.replaceChildren(h('div', { class: 'page' }, h('h1', { class: 'trouble-title', tabindex: '-1', text: t(notMine ? 'error.nothing' : 'error.title') }),
            failed(notMine ? new Error(t('error.notfound')) : error, () => void show({ focus: true })),
            me ? h('p', { class: 'state-link' }, h('a', { href: '/', text: t('nav.calendar') })) : null));
    } finally {
        clearTimeout(slow);
    }
}

document.addEventListener('click', (event) => {
    const link = /** @type {any} */ (event.target)?.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin || link.hash) return;
    if (!pageOf(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
});
addEventListener('popstate', () => void show({ focus: true }));

onSessionLost(async () => {
    if (!me) return false;
    const { signInAgain } = await import('./sign-in-form.js');
    const found = await signInAgain(me);
    if (found) setMe(found);
    return Boolean(found);
});

const state = byId('line-state');
onLine((line) => {
    state.hidden = line === 'well';
    state.className = `line-state ${line}`;
    const words = line === 'well' ? '' : t(line === 'lost' ? 'line.lost' : 'line.trying');
    if (state.textContent !== words) state.textContent = words;
});

await startLanguage();
onLanguage(() => void show());
void show();
