// One paper to read, outside of a call: its pages as pictures, with whose copy it is; or why it has none yet, and its file.
import { h } from '/assets/js/dom.js';
import { moreWords, t } from '/assets/js/i18n.js';
import { moreStyle } from '/assets/js/styles.js';
import { get } from '../api.js';
import { readingReport } from '../paper-report.js';
import { followPages, isComing } from '../paper-state.js';
import { inWords } from '../server-words.js';
import { linkButton, notice } from '../ui.js';

/** @typedef {import('/assets/js/papers/reader.js').Reader} Reader */

const ZOOM_KEYS = { '-': -1, '+': 1, '=': 1 };

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, query, me, title, signal }) {
    const id = Number(params.id);
    const meeting = Number(query.get('phien')) || 0;
    const [{ versions }, first, { Reader: Made }, { PaperPages }] = await Promise.all([
        get(`/api/papers/${id}/versions`, { signal }), get(`/api/papers/${id}/pages`, { signal }),
        import('/assets/js/papers/reader.js'), import('/assets/js/papers/paper-pages.js'),
        moreWords('/assets/locales/reader'), moreStyle('/assets/css/reader.css'),
    ]);
    let found = first;
    const paper = versions.find((/** @type {any} */ one) => one.id === id) ?? versions[0];
    const newest = versions[0];
    title(paper.title);
    main.classList.add('paper-page');

    const pages = new PaperPages(() => ({}), () => reader.draw());
    const report = readingReport(signal);
    const reader = new Made({
        info: (which) => pages.of(which), text: (which, number) => pages.text(which, number), name: () => paper.title,
        turned: (which, number, all) => {
            report.look(which, number);
            void pages.fetchAhead(which, number, all);
        },
        changed: () => remember(),
    }, 'h1');
    reader.sheet.mark([me.person.name, me.person.unit?.name ?? '']);
    const remember = () => {
        const asked = new URLSearchParams(location.search);
        asked.set('trang', String(reader.place?.page ?? 1));
        history.replaceState(null, '', `${location.pathname}?${asked}`);
    };

    const back = meeting ? linkButton(t('paper.back'), `/phien/${meeting}`, { icon: 'left', small: true, kind: 'quiet' }) : null;
    const open = () => linkButton(t('paper.file'), paper.url, { icon: 'open', small: true, target: '_blank', rel: 'noopener' });
    if (back) reader.head.prepend(back);
    reader.head.append(open());
    const words = [paper.version > 1 || paper.id !== newest.id ? t('papers.version', { n: paper.version }) : '', paper.filename].filter(Boolean).join(' · ');
    reader.words.append(h('span', { class: 'reader-by', text: words }));
    const older = paper.id === newest.id ? '' : h('div', { class: 'paper-older' },
        notice('warn', t('paper.older', { n: newest.version }), ' ', h('a', { href: `/tai-lieu/${newest.id}${meeting ? `?phien=${meeting}` : ''}`, text: t('paper.newest') })));
    const place = h('div', { class: 'paper-place' });
    main.append(older, place);

    /** Its pages, from the one that was asked for on. */
    function show() {
        pages.know(id, found.pages);
        reader.own = { paper: id, page: Math.min(Math.max(1, Number(query.get('trang')) || 1), found.pages.length) };
        reader.draw();
        place.replaceChildren(reader.root);
    }

    /** Why there are none, and what can be done. */
    function tell() {
        const isOnItsWay = isComing(found.state);
        const share = found.total > 0 ? Math.round((100 * found.done) / found.total) : 0;
        const bar = h('i');
        bar.style.width = `${share}%`;
        const told = found.message ? inWords(found.message) : t(isOnItsWay ? `paper.${found.state}` : 'paper.none');
        place.replaceChildren(h('div', { class: 'page-head' }, h('div', { class: 'page-title' }, back ? h('p', { class: 'eyebrow' }, h('a', { href: back.getAttribute('href'), text: t('paper.back') })) : null, h('h1', { tabindex: '-1', text: paper.title }), h('p', { class: 'fine', text: words }))),
            h('section', { class: 'card paper-none' }, h('div', { class: 'state', role: 'status' },
                isOnItsWay ? h('span', { class: 'spinner', 'aria-hidden': 'true' }) : null, h('p', { text: told }),
                isOnItsWay && found.total > 0 ? h('p', { class: 'fine', text: t('paper.done', { done: found.done, total: found.total }) }) : null,
                isOnItsWay && found.total > 0 ? h('span', { class: 'bar', 'aria-hidden': 'true' }, bar) : null,
                paper.url ? open() : null)));
    }

    const draw = () => (found.state === 'ready' && found.pages.length ? show() : tell());

    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !reader.isOpen) return;
        if (/** @type {HTMLElement} */ (event.target).closest('input, textarea, select, dialog, .rail')) return;
        const zoom = /** @type {any} */ (ZOOM_KEYS)[event.key];
        if (zoom) reader.zoomBy(zoom);
        else if (!['PageUp', 'PageDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) return;
        else reader.key(event.key);
        event.preventDefault();
    }, { signal });
    draw();
    if (isComing(found.state)) {
        void followPages(id, {
            signal,
            told: (next) => {
                found = next;
                draw();
            },
        });
    }
}
