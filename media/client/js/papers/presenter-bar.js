// The tools of whoever presents: whose turn it is to turn pages, pointing, drawing, erasing, another paper.
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { InkPen } from './ink-pen.js';
import { HIGHLIGHT, INK } from './strokes.js';

/** @type {[import('./ink-pen.js').Tool, string][]} */
const TOOLS = [['', 'move'], ['pointer', 'target'], ['pen', 'edit'], ['highlight', 'marker'], ['erase', 'eraser']];

export class PresenterBar {
    /**
     * @param {import('./viewer.js').Viewer} viewer
     * @param {import('../conduct.js').Conduct} conduct
     * @param {() => void} choose opens the list of papers
     */
    constructor(viewer, conduct, choose) {
        this.viewer = viewer;
        this.conduct = conduct;
        this.pen = new InkPen(viewer.sheet.page, viewer.sheet.ink, conduct, () => (
            viewer.controls && viewer.shown ? { paper: viewer.shown.paper, page: viewer.shown.page } : null));
        this.who = h('span', { class: 'paper-who' });
        this.take = h('button', { type: 'button', class: 'paper-act', click: () => viewer.take() });
        this.tools = TOOLS.map(([tool, sign]) => {
            const button = h('button', { type: 'button', class: 'bare', click: () => this.#choose(tool) }, icon(sign));
            button.dataset.words = `papers.tool.${tool || 'move'}`;
            return button;
        });
        this.colours = INK.map((_, colour) => {
            const button = h('button', { type: 'button', class: 'ink-colour', click: () => { this.pen.colour = colour; this.draw(); } });
            button.dataset.words = `papers.colour.${colour}`;
            return button;
        });
        this.palette = h('span', { class: 'paper-colours', role: 'group' }, ...this.colours);
        this.clear = h('button', { type: 'button', class: 'bare', click: () => void conduct.act('paper.clear') }, icon('clear'));
        this.clear.dataset.words = 'papers.clear';
        this.choose = h('button', { type: 'button', class: 'paper-act', click: choose });
        this.hide = h('button', { type: 'button', class: 'paper-act', click: () => void conduct.act('paper.hide') });
        this.hand = h('span', { class: 'paper-tools', role: 'toolbar' }, ...this.tools, this.palette, this.clear);
        this.element = h('footer', { class: 'paper-bar' }, this.who, this.hand, h('span', { class: 'spacer' }), this.take, this.choose, this.hide);
    }

    /** @param {import('./ink-pen.js').Tool} tool */
    #choose(tool) {
        this.pen.choose(tool);
        this.draw();
    }

    draw() {
        const { viewer, conduct, pen } = this;
        const presents = Boolean(conduct.you.presents);
        const isShown = viewer.shown !== null;
        // Who only looks has the room for the page.
        this.element.hidden = !presents;
        const name = conduct.get('presenter')?.name ?? '';
        const who = !isShown ? t('papers.alone') : viewer.controls ? t('papers.who.you') : t('papers.who', { name });
        if (this.who.textContent !== who) this.who.textContent = who;
        this.hand.hidden = !viewer.controls;
        this.hand.setAttribute('aria-label', t('papers.tools'));
        this.palette.setAttribute('aria-label', t('papers.colours'));
        if (!viewer.controls && pen.tool) pen.choose('');
        TOOLS.forEach(([tool], index) => this.tools[index]?.setAttribute('aria-pressed', String(pen.tool === tool)));
        this.palette.hidden = pen.tool !== 'pen' && pen.tool !== 'highlight';
        const colours = pen.tool === 'highlight' ? HIGHLIGHT : INK;
        this.colours.forEach((button, colour) => {
            button.style.setProperty('--ink-colour', colours[colour] ?? '');
            button.setAttribute('aria-pressed', String(pen.colour === colour));
        });
        this.clear.disabled = conduct.list('mark').length === 0;
        this.take.hidden = !presents || !isShown || viewer.controls;
        this.take.textContent = t('papers.take');
        this.choose.hidden = this.hide.hidden = !presents;
        this.choose.textContent = t('papers.choose');
        this.hide.textContent = t('papers.hide');
        this.hide.hidden ||= !isShown;
    }
}
