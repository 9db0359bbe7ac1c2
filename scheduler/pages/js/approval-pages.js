// The pages of a paper as pictures, with a pin for each comment that has a place.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { fill, linkButton, notice } from './ui.js';

/**
 * @param {any} paper
 * @param {{signal?: AbortSignal, pick: (page: number, x: number, y: number) => void, show: (id: number) => void, looked: (page: number) => void}} settings
 *     `looked`: most of what is seen is this page
 */
export function pagesPart(paper, { signal, pick, show, looked }) {
    const place = h('div', { class: 'approval-pages' });
    /** @type {Map<number, any>} */
    const sheets = new Map();
    /** @type {any[]} */
    let comments = [];
    const open = () => linkButton(t('approval.open'), paper.url, { icon: 'open', target: '_blank', rel: 'noopener' });

    /** How much of the screen each page takes. @type {Map<number, number>} */
    const seen = new Map();
    const watch = new IntersectionObserver((entries) => {
        for (const { target, intersectionRect } of entries) seen.set(Number(/** @type {HTMLElement} */ (target).dataset.page), intersectionRect.height);
        const [page, height] = [...seen].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
        if (height > 0) looked(page);
    }, { threshold: [0, 0.25, 0.5, 0.75, 1] });

    /** @param {any} one a page */
    function sheet(one) {
        const layer = h('div', { class: 'approval-pins' });
        const image = h('img', { src: `/api/papers/${paper.id}/pages/${one.n}/m`, alt: t('approval.page', { n: one.n }), width: one.width, height: one.height, loading: 'lazy' });
        image.addEventListener('click', (/** @type {MouseEvent} */ event) => {
            const box = image.getBoundingClientRect();
            const at = (/** @type {number} */ value, /** @type {number} */ length) => Math.max(0, Math.min(10_000, Math.round((value / length) * 10_000)));
            pick(one.n, at(event.clientX - box.left, box.width), at(event.clientY - box.top, box.height));
        });
        sheets.set(one.n, layer);
        image.dataset.page = String(one.n);
        watch.observe(image);
        return h('figure', { class: 'approval-page', id: `trang-${one.n}` }, h('div', { class: 'approval-sheet' }, image, layer), h('figcaption', { text: t('approval.page', { n: one.n }) }));
    }
    function pin() {
        for (const layer of sheets.values()) layer.replaceChildren();
        comments.filter((one) => one.paper === paper.id && one.x !== undefined && one.x !== null && !one.repliesTo).forEach((one) => {
            const mark = h('button', { type: 'button', class: `approval-pin${one.resolvedAt ? ' resolved' : ''}`, 'aria-label': t('comment.pin', { n: one.number, name: one.author }), text: String(one.number), click: () => show(one.id) });
            mark.style.left = `${one.x / 100}%`;
            mark.style.top = `${one.y / 100}%`;
            sheets.get(one.page)?.append(mark);
        });
    }
    void fill(place, () => get(`/api/papers/${paper.id}/pages`, { signal }).catch((error) => (error?.status === 404 ? { state: 'none', pages: [] } : Promise.reject(error))), (found) => {
        sheets.clear();
        if (found.state !== 'ready') return h('div', { class: 'state empty' }, notice('plain', found.message ?? t(found.state === 'waiting' || found.state === 'converting' ? 'approval.pages.soon' : 'approval.pages.none')), open());
        const all = [h('p', { class: 'fine' }, t('approval.pages.pick'), ' ', h('a', { href: paper.url, target: '_blank', rel: 'noopener', text: t('approval.open') })), ...found.pages.map(sheet)];
        pin();
        return all;
    });
    return Object.assign(place, {
        /** @param {any[]} list */
        draw: (list) => {
            comments = list;
            pin();
        },
        /** @param {number} page */
        turn: (page) => place.querySelector(`#trang-${page}`)?.scrollIntoView({ block: 'start' }),
    });
}
