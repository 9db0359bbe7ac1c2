// The way to read a paper: by its pages, where it has some or will; else as the file or the link that it is.
import { h } from '/assets/js/dom.js';

/** @param {any} paper @param {string} words @param {number} meeting to which its page leads back @param {string} [style] */
export function paperLink(paper, words, meeting, style) {
    if (!paper.url) return h('strong', { text: words });
    const hasPages = !paper.isLink && paper.state !== 'none';
    return h('a', { class: style, text: words, ...(hasPages ? { href: `/tai-lieu/${paper.id}?phien=${meeting}` } : { href: paper.url, target: '_blank', rel: 'noopener' }) });
}
