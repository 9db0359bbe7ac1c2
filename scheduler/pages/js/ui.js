// What every page is made of: heads, buttons that cannot be pressed twice, states, dialogs, notes.
import { byId, h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';

/**
 * @param {string} label
 * @param {{icon?: string, kind?: string, small?: boolean, type?: string, bare?: boolean, [key: string]: any}} [options]
 *   `bare`: only the sign is seen, the label is its name; other keys become attributes or listeners
 */
export function button(label, { icon: sign, kind = '', small = false, type = 'button', bare = false, ...rest } = {}) {
    const element = h('button', { type, class: bare ? 'bare' : `button ${kind}${small ? ' small' : ''}`, ...rest });
    if (sign) element.append(icon(sign));
    if (bare) {
        element.setAttribute('aria-label', label);
        element.title = label;
    } else element.append(h('span', { text: label }));
    return element;
}

/** @param {string} label @param {string} href @param {{icon?: string, kind?: string, small?: boolean, [key: string]: any}} [options] */
export function linkButton(label, href, { icon: sign, kind = '', small = false, ...rest } = {}) {
    const element = h('a', { href, class: `button ${kind}${small ? ' small' : ''}`, ...rest });
    if (sign) element.append(icon(sign));
    element.append(h('span', { text: label }));
    return element;
}

/**
 * Runs an act of a button once: it is dead until the act has ended, so that a double click does nothing twice.
 * @param {any} pressed
 * @param {() => Promise<any>} act
 */
export async function during(pressed, act) {
    if (pressed.disabled) return;
    const focused = document.activeElement === pressed;
    pressed.disabled = true;
    pressed.setAttribute('aria-busy', 'true');
    try {
        return await act();
    } finally {
        pressed.disabled = false;
        pressed.removeAttribute('aria-busy');
        if (focused && document.activeElement === document.body && pressed.isConnected) pressed.focus();
    }
}

/**
 * @param {'good'|'warn'|'bad'|'plain'} kind
 * @param {...(Node|string)} words
 */
export function notice(kind, ...words) {
    const sign = { good: 'check', warn: 'warn', bad: 'warn', plain: 'help' }[kind];
    return h('div', { class: `notice ${kind}` }, icon(sign), h('div', {}, ...words));
}

/**
 * The head of a page: what it is, what can be done here, and help that opens in place.
 * @param {string} title
 * @param {{eyebrow?: string|Node, help?: string, actions?: (Node|null)[]}} [options] `help`: a key of words
 */
export function pageHead(title, { eyebrow, help, actions = [] } = {}) {
    const words = help ? h('div', { class: 'help-words', id: 'page-help', hidden: true }) : null;
    words?.append(...t(help ?? '').split('\n').map((line) => h('p', { text: line })));
    const toggle = words && button(t('help'), {
        icon: 'help', bare: true, 'aria-expanded': 'false', 'aria-controls': 'page-help',
        click: () => {
            words.hidden = !words.hidden;
            toggle.setAttribute('aria-expanded', String(!words.hidden));
        },
    });
    return h('div', { class: 'page-head' },
        h('div', { class: 'page-title' },
            eyebrow ? h('p', { class: 'eyebrow' }, eyebrow) : null,
            h('h1', { tabindex: '-1', text: title })),
        h('div', { class: 'page-actions' }, ...actions, toggle), words);
}

/**
 * The head of a card: what it is, a few words beside it, and at the other end what can be done.
 * @param {Node} heading
 * @param {(Node|null)[]} tools
 * @param {...(Node|null)} beside
 */
export function cardHead(heading, tools, ...beside) {
    const acts = tools.filter((one) => one !== null);
    return h('div', { class: 'card-head' }, heading, ...beside, acts.length ? h('div', { class: 'card-tools' }, ...acts) : null);
}

/** @param {unknown} error */
export const errorText = (error) => (error instanceof Error ? error.message : String(error));

/** @param {string} [words] */
export const loading = (words = t('loading')) =>
    h('p', { class: 'state', role: 'status' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), words);

/** @param {string} words @param {...(Node|null)} more */
export const empty = (words, ...more) => h('div', { class: 'state empty' }, h('p', { text: words }), ...more);

/** @param {unknown} error @param {() => void} [again] */
export function failed(error, again) {
    return h('div', { class: 'state failed', role: 'alert' }, icon('warn'), h('p', { text: errorText(error) }),
        again ? button(t('again'), { icon: 'repeat', click: again }) : null);
}

/**
 * Fills a place from a promise: loading, then what `show` makes, or the trouble with a way to try again.
 * @param {HTMLElement} place
 * @param {() => Promise<any>} fetching
 * @param {(found: any) => Node|Node[]|void} show
 */
export async function fill(place, fetching, show) {
    // A quick answer shows no flicker of "loading".
    const timer = setTimeout(() => place.replaceChildren(loading()), place.childElementCount ? 1_500 : 250);
    place.setAttribute('aria-busy', 'true');
    try {
        const shown = show(await fetching());
        if (shown) place.replaceChildren(...(Array.isArray(shown) ? shown : [shown]));
    } catch (error) {
        if (/** @type {any} */ (error)?.name === 'AbortError') return;
        place.replaceChildren(failed(error, () => void fill(place, fetching, show)));
    } finally {
        clearTimeout(timer);
        place.removeAttribute('aria-busy');
    }
}

/** @param {string} words @param {'good'|'bad'} [kind] */
export function toast(words, kind = 'good') {
    const note = h('p', { class: `toast ${kind}` }, icon(kind === 'good' ? 'check' : 'warn'), words);
    // The newest says where things stand; two at once would cover the page.
    byId('toasts').replaceChildren(note);
    setTimeout(() => note.remove(), 7_000);
}

/**
 * A modal dialog; Escape and the close sign leave it, and the focus returns to where it was.
 * @param {string} title
 * @param {Node[]} body
 * @param {{actions?: Node[], wide?: boolean, closed?: () => void}} [options]
 */
export function dialog(title, body, { actions = [], wide = false, closed } = {}) {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    const heading = `dialog-${Math.random().toString(36).slice(2, 8)}`;
    const element = h('dialog', { class: `dialog${wide ? ' wide' : ''}`, 'aria-labelledby': heading });
    element.append(
        h('div', { class: 'dialog-head' }, h('h2', { id: heading, text: title }),
            button(t('close'), { icon: 'close', bare: true, click: () => element.close() })),
        h('div', { class: 'dialog-body' }, ...body));
    if (actions.length) element.append(h('div', { class: 'dialog-actions' }, ...actions));
    element.addEventListener('close', () => {
        element.remove();
        closed?.();
        if (before?.isConnected) before.focus();
    });
    document.body.append(element);
    element.showModal();
    const first = element.querySelector('.dialog-body [autofocus]') ?? element.querySelector('.dialog-body :is(input, select, textarea, button)');
    (first ?? element.querySelector('.dialog-actions button'))?.focus();
    return { element, close: () => element.close() };
}

/** @param {string} label @param {string} tone */
export const chip = (label, tone = '') => h('span', { class: `chip ${tone}`, text: label });

/** Calls a number as people write it: "0209 3 123 456". @param {string} phone @param {string} [words] @param {Record<string, any>} [attributes] */
export const phoneLink = (phone, words = phone, attributes = {}) =>
    h('a', { class: 'tel', href: `tel:${phone.replace(/[^\d+]/g, '')}`, ...attributes }, icon('phone'), h('span', { text: words }));
