// The pages of a paper, small, in a list beside the page. Only those that are seen are asked for.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { isThin, pageAtHand, pageImage } from './page-store.js';

/** @typedef {import('./sheet.js').PageInfo} PageInfo */

export class Thumbnails {
    #paper = 0;
    #page = 0;
    #count = 0;
    /** @type {HTMLButtonElement[]} */
    #all = [];
    /** @type {string[]} */
    #addresses = [];

    /** @param {(page: number) => void} go */
    constructor(go) {
        this.go = go;
        this.list = h('ol', { class: 'thumbs-list' });
        this.element = h('nav', { class: 'thumbs', hidden: true }, this.list);
        this.seen = new IntersectionObserver((entries) => {
            for (const { isIntersecting, target } of entries) if (isIntersecting) void this.#fill(/** @type {HTMLButtonElement} */ (target));
        }, { root: this.element, rootMargin: '100px' });
    }

    get isOpen() {
        return !this.element.hidden;
    }

    toggle() {
        this.element.hidden = !this.element.hidden;
        if (this.isOpen) this.#all[this.#page - 1]?.scrollIntoView({ block: 'center' });
    }

    /** @param {number} paper @param {number} page @param {number} pages @param {PageInfo[]} info */
    show(paper, page, pages, info) {
        this.element.setAttribute('aria-label', t('reader.list'));
        if (paper !== this.#paper || pages !== this.#count) this.#build(paper, pages, info);
        if (page === this.#page) return;
        this.#all[this.#page - 1]?.removeAttribute('aria-current');
        this.#page = page;
        const here = this.#all[page - 1];
        here?.setAttribute('aria-current', 'page');
        if (this.isOpen) here?.scrollIntoView({ block: 'nearest' });
    }

    /** @param {number} paper @param {number} pages @param {PageInfo[]} info */
    #build(paper, pages, info) {
        for (const address of this.#addresses.splice(0)) URL.revokeObjectURL(address);
        this.seen.disconnect();
        [this.#paper, this.#count, this.#page] = [paper, pages, 0];
        this.#all = Array.from({ length: pages }, (_, index) => {
            const { width, height } = info[index] ?? { width: 1, height: 1.414 };
            const place = h('span', { class: 'thumb-place' });
            place.style.aspectRatio = `${width} / ${height}`;
            const button = h('button', { type: 'button', class: 'thumb', 'aria-label': t('reader.go', { page: index + 1 }), click: () => this.go(index + 1) },
                place, h('span', { class: 'thumb-number', text: String(index + 1) }));
            button.dataset.page = String(index + 1);
            this.seen.observe(button);
            return button;
        });
        this.list.replaceChildren(...this.#all.map((button) => h('li', {}, button)));
    }

    /** @param {HTMLButtonElement} button */
    async #fill(button) {
        this.seen.unobserve(button);
        const [paper, page] = [this.#paper, Number(button.dataset.page)];
        // A thin line fetches no page for the sake of its small picture.
        const blob = (await pageAtHand(paper, page))?.blob ?? (isThin() ? null : await pageImage(paper, page, 's', { ahead: true }).catch(() => null));
        if (!blob || paper !== this.#paper || !button.isConnected) return;
        const address = URL.createObjectURL(blob);
        this.#addresses.push(address);
        button.firstElementChild?.replaceChildren(h('img', { src: address, alt: '' }));
    }
}
