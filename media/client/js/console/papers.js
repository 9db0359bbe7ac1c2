// The meeting's papers: which one is shown, who presents, and the others by agenda item, to show or to look at.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { ask, button, choice, field } from './controls.js';

export class PapersView {
    #drawn = '';

    /** @param {import('./panel.js').Console} console */
    constructor({ conduct, does }) {
        this.conduct = conduct;
        this.does = does;
        this.now = h('div', { class: 'papers-now' });
        this.list = h('div');
        this.empty = h('p', { class: 'cempty', text: t('cpapers.empty') });
        this.root = h('div', { class: 'cview' }, this.now, h('div', { class: 'cscroll' }, this.empty, this.list));
        // What was added since is in the list when somebody looks at it.
        conduct.tell({ type: 'papers' });
    }

    draw() {
        const { conduct } = this;
        const papers = conduct.get('papers') ?? [];
        const [shown, presenter, agenda] = [conduct.get('paper'), conduct.get('presenter'), conduct.get('agenda') ?? []];
        const drawn = JSON.stringify([papers, shown, presenter, agenda.map((/** @type {any} */ { id, title, since }) => [id, title, Boolean(since)]), conduct.you.presents, conduct.leads]);
        if (drawn === this.#drawn) return;
        this.#drawn = drawn;
        this.empty.hidden = papers.length > 0;
        this.#drawNow(papers, shown, presenter);
        const place = (/** @type {any} */ item) => agenda.findIndex((/** @type {any} */ { id }) => id === item);
        const groups = agenda.map(({ id, title, since }, /** @type {number} */ index) => (
            { title: t('cpapers.item', { number: index + 1, title }), isNow: Boolean(since), papers: papers.filter((/** @type {any} */ { item }) => item === id) }));
        const rest = papers.filter((/** @type {any} */ { item }) => !item || place(item) < 0);
        groups.push({ title: t('cpapers.whole'), isNow: false, papers: rest });
        // What is on comes first.
        groups.sort((one, other) => Number(other.isNow) - Number(one.isNow));
        const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.act;
        this.list.replaceChildren(...groups.filter((group) => group.papers.length).map((group) => h('section', { class: 'papers-group' },
            h('h3', { text: group.isNow ? t('cpapers.now', { title: group.title }) : group.title }),
            h('ul', { class: 'crows' }, ...group.papers.map((/** @type {any} */ paper) => this.#row(paper, shown?.paper === paper.id))))));
        if (focused) /** @type {HTMLElement|null} */ (this.root.querySelector(`[data-act="${focused}"]`))?.focus();
    }

    /** @param {any} paper @param {boolean} isShown */
    #row(paper, isShown) {
        const { conduct, does } = this;
        const look = button(t('cpapers.look', { title: paper.title }), () => does.look(paper.id), { icon: 'eye', bare: true });
        const show = button(t('cpapers.show'), () => void conduct.act('paper.show', { paper: paper.id, page: 1 }), { tone: 'main' });
        show.setAttribute('aria-label', t('cpapers.show.title', { title: paper.title }));
        look.dataset.act = `look-${paper.id}`;
        show.dataset.act = `show-${paper.id}`;
        look.hidden = paper.pages === 0;
        show.hidden = paper.pages === 0 || isShown || !conduct.you.presents;
        return h('li', { class: 'crow', 'data-state': isShown ? 'now' : undefined },
            h('span', { class: 'crow-words' }, h('strong', { text: paper.title }),
                h('span', { class: 'crow-soft', text: isShown ? t('cpapers.shown') : paper.pages ? t('cpapers.pages', { count: paper.pages }) : t('cpapers.unready') })),
            h('span', { class: 'crow-acts' }, look, show));
    }

    /** @param {any[]} papers @param {any} shown @param {any} presenter */
    #drawNow(papers, shown, presenter) {
        const { conduct } = this;
        this.now.hidden = !shown && !conduct.leads;
        const title = papers.find(({ id }) => id === shown?.paper)?.title ?? '';
        const hide = button(t('cpapers.hide'), () => void conduct.act('paper.hide'), { icon: 'close' });
        hide.hidden = !shown || !conduct.you.presents;
        const name = button(t('cpapers.presenter'), () => void this.#choosePresenter(), { icon: 'people' });
        const back = button(t('cpapers.presenter.none'), () => void conduct.act('paper.presenter'), { tone: 'quiet' });
        name.hidden = !conduct.leads;
        back.hidden = !conduct.leads || !presenter?.made;
        this.now.replaceChildren(
            h('p', { class: 'papers-now-title' }, h('strong', { text: shown ? t('cpapers.on', { title, page: shown.page, pages: shown.pages }) : t('cpapers.off') })),
            h('p', { class: 'cnote', text: presenter ? t(presenter.made ? 'cpapers.by.made' : 'cpapers.by', { name: presenter.name }) : t('cpapers.by.none') }),
            h('div', { class: 'cacts' }, hide, name, back));
    }

    async #choosePresenter() {
        const { conduct } = this;
        const seats = conduct.list('seat').filter(({ removed, connected, media }) => !removed && (connected || media)).sort((one, other) => one.name.localeCompare(other.name, 'vi'));
        const found = await ask(t('cpapers.presenter'), () => {
            const seat = choice(seats.map((one) => [one.seat, one.name]));
            return { fields: [field(t('cpapers.presenter.who'), seat, t('cpapers.presenter.note'))], read: () => (seat.value ? { seat: seat.value } : null), yes: t('cpapers.presenter.yes') };
        });
        if (found) void conduct.act('paper.presenter', found);
    }
}
