// The pages that a film shows, as themselves beside it: the one of this moment as sharp as the paper has it, and all of them to go to.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { clockWords } from './film-times.js';

/** Width of the middle one of a page's three images, pixels; the small one is for lists: its letters are not sharp. */
const MIDDLE = 1280;

/** @typedef {{n: number, start: number, end: number, paper: string, page: number, source?: {id: number, title: string, version: number}}} FilmPage */

/** The same page shown again is the same image. @param {FilmPage} page */
const sameness = ({ paper, page }) => `${paper}/${page}`;

/**
 * @param {any} recording
 * @param {(seconds: number) => void} seek
 * @param {() => void} found there are pages
 */
export function filmPages(recording, seek, found) {
    /** @type {FilmPage[]} */
    let pages = [];
    /** The number under which a page's image is asked for. @type {Map<string, number>} */
    const first = new Map();
    let current = -1;
    const image = h('img', { class: 'film-page-image', alt: '' });
    const words = h('figcaption', { class: 'film-page-words', 'aria-live': 'polite' });
    const none = h('p', { class: 'film-page-none', text: t('film.pages.none') });
    const sheet = h('figure', { class: 'film-sheet' }, h('div', { class: 'film-page' }, image, none), words);
    const list = h('ol', { class: 'film-pages', 'aria-label': t('film.pages') });
    const element = h('div', { class: 'film-papers', hidden: true }, sheet, list);
    /** Small images come when somebody looks at their place in the list. */
    const seen = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) {
            if (!isIntersecting) continue;
            seen.unobserve(target);
            target.querySelector('img')?.setAttribute('src', address(pages[Number(/** @type {HTMLElement} */ (target).dataset.index)], 's'));
        }
    }, { root: list, rootMargin: '120px' });

    /** @param {FilmPage} page @param {string} size */
    const address = (page, size) => `/api/recordings/${recording.id}/pages/${first.get(sameness(page)) ?? page.n}/${size}`;
    /** As many pixels as the screen shows. */
    const size = () => (sheet.clientWidth * devicePixelRatio <= MIDDLE ? 'm' : 'l');
    /** @param {FilmPage} page */
    const name = (page) => (page.source ? `${page.source.title}, ${t('film.page', { n: page.page })}` : t('film.page', { n: page.page }));

    /** Shows the page of a moment. @param {number} seconds */
    function mark(seconds) {
        const now = pages.findIndex((page) => page.start <= seconds * 1000 + 50 && page.end > seconds * 1000 + 50);
        if (now === current && image.isConnected) return;
        list.children[current]?.firstElementChild?.removeAttribute('aria-current');
        current = now;
        const page = pages[now];
        sheet.classList.toggle('empty', !page);
        if (!page) return words.replaceChildren();
        const item = /** @type {HTMLElement} */ (list.children[now]);
        item.firstElementChild?.setAttribute('aria-current', 'true');
        // The list moves by itself, the page does not.
        list.scrollLeft = item.offsetLeft - list.offsetLeft - (list.clientWidth - item.clientWidth) / 2;
        const src = address(page, size());
        if (image.getAttribute('src') !== src) image.src = src;
        image.alt = name(page);
        words.replaceChildren(h('span', { text: name(page) }), page.source
            ? h('a', { href: `/tai-lieu/${page.source.id}?trang=${page.page}`, target: '_blank', rel: 'noopener', class: 'film-page-open' }, icon('open'), h('span', { text: t('film.page.open') }))
            : '');
        const next = pages[now + 1];
        // The next one is here before the film turns to it.
        if (next) new Image().src = address(next, size());
    }

    /** @param {number} by pages on or back */
    function step(by) {
        const video = pages.findLastIndex((page) => page.start <= last * 1000 + 50);
        const page = pages[Math.max(0, Math.min(pages.length - 1, (by < 0 && current < 0 ? video + 1 : video) + by))];
        if (page) seek(page.start / 1000);
    }
    let last = 0;

    async function load() {
        ({ pages } = await get(`/api/recordings/${recording.id}/pages`));
        if (!pages.length) return;
        for (const page of pages) if (!first.has(sameness(page))) first.set(sameness(page), page.n);
        list.replaceChildren(...pages.map((page, index) => {
            const item = h('li', {}, h('button', { type: 'button', 'aria-label': t('film.page.go', { time: clockWords(page.start / 1000), page: name(page) }), click: () => seek(page.start / 1000) },
                h('img', { alt: '' }), h('span', { class: 'film-time', text: clockWords(page.start / 1000) }), h('span', { class: 'film-page-number', text: t('film.page', { n: page.page }) })));
            item.dataset.index = String(index);
            seen.observe(item);
            return item;
        }));
        element.hidden = false;
        current = -2;
        found();
        mark(last);
    }
    // A film without its pages is still a film.
    load().catch(() => null);
    return {
        element, step,
        /** @param {number} seconds */
        mark: (seconds) => {
            last = seconds;
            if (pages.length) mark(seconds);
        },
    };
}
