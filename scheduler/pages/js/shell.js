// The rail of every page: a leaf of the day's calendar, the way to the other pages, who is signed in.
import { byId, h, icon } from '/assets/js/dom.js';
import { language, setLanguage, t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { today, weekday, weekdayWords } from './times.js';
import { button, toast } from './ui.js';

/** `may`: what /api/me must grant before the page is offered; the server decides again. */
const LINKS = [
    { path: '/', key: 'nav.calendar', sign: 'calendar' },
    { path: '/dat-lich', key: 'nav.book', sign: 'plus', may: 'series.create' },
    { path: '/trieu-tap', key: 'nav.emergency', sign: 'bell', may: 'emergency.raise' },
    { path: '/giay-moi', key: 'nav.invitations', sign: 'letter' },
    { path: '/luu-tru', key: 'nav.archive', sign: 'films' },
    { path: '/ky-duyet', key: 'nav.approvals', sign: 'edit' },
    { path: '/don-vi', key: 'nav.units', sign: 'tree' },
    { path: '/nguoi-dung', key: 'nav.people', sign: 'people', may: 'people.edit' },
    { path: '/bao-cao', key: 'nav.reports', sign: 'chart', may: 'reports.read' },
    { path: '/ho-so', key: 'nav.dossiers', sign: 'folder', may: 'dossiers.read' },
    { path: '/thu', key: 'nav.mail', sign: 'outbox', may: 'mail.read' },
    { path: '/nhat-ky', key: 'nav.audit', sign: 'journal', may: 'audit.read' },
    { path: '/cai-dat', key: 'nav.settings', sign: 'gear' },
];

/** The name and its mark, which lead to the start. @param {...Node} more */
export const brand = (...more) => h('a', { class: 'brand', href: '/' },
    h('img', { class: 'mark', src: '/assets/mark.svg', alt: '', width: 30, height: 30 }), h('span', {}, t('brand'), ...more));

/** The buttons that change the language. */
export function languageSwitch() {
    const group = h('div', { class: 'language', role: 'group', 'aria-label': t('language.label') });
    for (const name of ['vi', 'en']) {
        group.append(h('button', {
            type: 'button', lang: name, 'data-language': name, 'aria-pressed': String(language() === name),
            'aria-label': name === 'vi' ? 'Tiếng Việt' : 'English', text: name.toUpperCase(), click: () => void setLanguage(name),
        }));
    }
    return group;
}

/** The leaf of a tear-off calendar: the day as every office has it on the wall. */
function leaf() {
    const day = today();
    return h('a', { class: `leaf${weekday(day) === 6 ? ' sunday' : ''}`, href: '/', 'aria-label': `${t('leaf.today')}: ${weekdayWords(day)} ${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}` },
        h('span', { class: 'leaf-month', text: t('leaf.month', { month: Number(day.slice(5, 7)), year: day.slice(0, 4) }) }),
        h('span', { class: 'leaf-day', text: String(Number(day.slice(8))) }),
        h('span', { class: 'leaf-weekday', text: weekdayWords(day) }));
}

/** Asks the browser to show alerts outside the page; there while it has not been asked. */
function allowAlerts() {
    if (typeof Notification === 'undefined' || Notification.permission !== 'default') return null;
    const press = button(t('ring.allow'), {
        icon: 'bell', bare: true,
        click: async () => {
            const answer = await Notification.requestPermission();
            toast(t(answer === 'granted' ? 'ring.allowed' : 'ring.denied'), answer === 'granted' ? 'good' : 'bad');
            press.remove();
        },
    });
    return press;
}

async function signOut() {
    await send('DELETE', '/api/session', undefined, { open: true }).catch(() => null);
    // A full load: nothing of the person stays in this page's memory.
    for (const key of Object.keys(sessionStorage)) if (key.startsWith('giaoban.draft')) sessionStorage.removeItem(key);
    // Nor in this computer: the next person may not be allowed to read those papers.
    await globalThis.caches?.delete('papers').catch(() => false);
    location.assign('/dang-nhap');
}

/** A field for words in the rail; pressing / anywhere leads to it. @param {(path: string) => void} go */
function findBox(go) {
    const box = h('input', { type: 'search', placeholder: t('search.short'), 'aria-label': t('search.title'), autocomplete: 'off', maxlength: 200, spellcheck: 'false', 'aria-keyshortcuts': '/' });
    return h('form', {
        class: 'rail-find', role: 'search', action: '/tim-kiem',
        submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            const words = box.value.trim();
            box.value = '';
            byId('rail').classList.remove('opened');
            go(words ? `/tim-kiem?q=${encodeURIComponent(words)}` : '/tim-kiem');
        },
    }, icon('search'), box, h('kbd', { 'aria-hidden': 'true', text: '/' }));
}

document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    const focused = /** @type {HTMLElement} */ (event.target);
    if (focused.closest('input, textarea, select, [contenteditable], dialog')) return;
    const box = /** @type {HTMLElement|null} */ (document.querySelector('.found-tools input, .rail-find input'));
    if (!box) return;
    event.preventDefault();
    byId('rail').classList.toggle('opened', box.offsetParent === null || byId('rail').classList.contains('opened'));
    box.focus();
});

let drawnFor = '';

/** @param {any} me null hides the rail @param {(path: string) => void} go */
export function drawRail(me, go) {
    const rail = byId('rail');
    rail.hidden = !me;
    const key = me ? `${me.person.id} ${me.csrf} ${language()}` : '';
    if (key === drawnFor) return;
    drawnFor = key;
    rail.replaceChildren();
    if (!me) return;
    const nav = h('nav', { class: 'rail-nav', id: 'rail-nav', 'aria-label': t('nav.label') });
    for (const { path, key: words, sign, may } of LINKS) {
        if (may && !me.may.includes(may)) continue;
        nav.append(h('a', { href: path, 'data-mark': path, class: path === '/dat-lich' ? 'rail-book' : null },
            icon(sign), h('span', { text: t(words) })));
    }
    const menu = button(t('nav.menu'), {
        icon: 'menu', bare: true, 'aria-expanded': 'false', 'aria-controls': 'rail-nav',
        click: () => toggle(!rail.classList.contains('opened')),
    });
    menu.classList.add('rail-menu');
    /** @param {boolean} opened */
    const toggle = (opened) => {
        rail.classList.toggle('opened', opened);
        menu.setAttribute('aria-expanded', String(opened));
    };
    nav.addEventListener('click', () => toggle(false));
    rail.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Escape' || !rail.classList.contains('opened')) return;
        toggle(false);
        menu.focus();
    });
    rail.append(
        brand(h('small', { text: me.province })),
        menu, leaf(), findBox(go), nav,
        h('div', { class: 'rail-foot' },
            h('p', { class: 'rail-person' }, h('strong', { text: me.person.name }), h('span', { text: me.person.title || me.person.unit?.name || me.person.email })),
            h('div', { class: 'rail-tools' }, languageSwitch(), allowAlerts(), button(t('signout'), { icon: 'exit', bare: true, click: signOut }))));
    void countInvitations(nav);
}

/** Says beside the link how many invitations wait for an answer. @param {HTMLElement} nav */
async function countInvitations(nav) {
    try {
        const { invitations } = await get('/api/my/invitations');
        // A series that waits is one invitation, however many meetings it has.
        const waiting = new Set(invitations.filter((/** @type {any} */ one) => one.answer === 'none' && one.state === 'planned')
            .map((/** @type {any} */ one) => (one.recurring ? `${one.title} ${one.site?.id}` : one.occurrence))).size;
        if (waiting) nav.querySelector('[data-mark="/giay-moi"]')?.append(h('span', { class: 'count', 'aria-label': t('nav.waiting', { n: waiting }), text: String(waiting) }));
    } catch {
        // The count is a courtesy; the page itself says what went wrong.
    }
}

/** @param {string} path */
export function markRail(path) {
    for (const link of document.querySelectorAll('[data-mark]')) {
        if (link.getAttribute('data-mark') === path) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    }
}
