// All sites and what is done with them: microphones, what everybody sees, a private word, removal.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { button, confirm } from './controls.js';
import { SeatTree } from './seat-tree.js';
import { VERBS } from './verbs.js';

const LAYOUTS = ['speaker', 'grid', 'paper'];

export class SitesView {
    /** @param {import('./panel.js').Console} console */
    constructor(console) {
        const { conduct } = console;
        this.conduct = conduct;
        this.tree = new SeatTree(conduct, {
            label: t('tab.sites'),
            filters: [
                { id: 'here', label: t('sites.here'), test: (seat) => seat.connected },
                { id: 'away', label: t('sites.away'), test: (seat) => !seat.connected },
                { id: 'hand', label: t('sites.hand'), test: (seat) => seat.hand },
                { id: 'mic', label: t('sites.mic'), test: (seat) => seat.connected && seat.mic && !seat.muted },
                { id: 'muted', label: t('sites.muted'), test: (seat) => seat.muted },
            ],
            signs: (seat) => ({
                text: t(seat.removed ? 'sites.removed' : seat.connected ? (seat.media ? 'sites.live' : 'sites.page') : 'sites.gone'), tone: seat.removed ? 'bad' : seat.connected ? (seat.media ? 'good' : 'warn') : 'off',
                signs: /** @type {[string, string][]} */ ([
                    ...(seat.hand ? [['hand', t('sites.hand')]] : []),
                    ...(!seat.connected || seat.removed ? [] : seat.hold ? [['lock', t('sites.held')]] : seat.muted ? [['mic-off', t('sites.muted')]] : seat.mic ? [['mic', t('sites.mic')]] : []),
                ]),
            }),
            unitWords: (counts, all) => t('sites.unit', { here: counts.connected, all }),
            changed: () => this.draw(), open: (seat) => { if (conduct.leads) console.palette(`${seat.name} `); },
        });
        this.verbs = VERBS.map((verb) => ({ verb, button: this.#verbButton(console, verb) }));
        this.chosen = h('strong');
        this.clear = button(t('tree.clear'), () => this.tree.clear(), { tone: 'quiet' });
        this.bulk = h('div', { class: 'cfoot bulk', hidden: true, role: 'group', 'aria-label': t('sites.acts') }, h('div', { class: 'bulk-head' }, this.chosen, this.clear), h('div', { class: 'verbs' }, ...this.verbs.map((one) => one.button)));
        this.layouts = LAYOUTS.map((layout) => button(t(`stage.layout.${layout}`), () => void conduct.act('stage', { seats: [], layout }), { pressed: false }));
        this.staged = h('span', { class: 'cnote' });
        this.all = h('div', { class: 'cfoot' },
            h('div', { class: 'cacts', role: 'group', 'aria-label': t('sites.all') },
                h('span', { class: 'cnote', text: t('sites.all') }), button(t('mute.all.short'), () => void conduct.act('mute', { all: true, hold: false }), { icon: 'mic-off' }),
                button(t('hold.all.short'), () => void this.#holdAll(), { icon: 'lock' }),
                button(t('unmute.all.short'), () => void conduct.act('unmute', { all: true }), { icon: 'mic' })),
            h('div', { class: 'cacts', role: 'group', 'aria-label': t('stage.push') }, h('span', { class: 'cnote', text: t('stage.push') }), ...this.layouts), this.staged);
        this.root = h('div', { class: 'cview' }, this.tree.root, this.bulk, this.all);
    }

    /** Short in the row, whole for who asks. @param {import('./panel.js').Console} console @param {import('./verbs.js').Verb} verb */
    #verbButton(console, verb) {
        const made = button(t(`verb.${verb.id}.short`), () => verb.run(console, this.tree.seats), { icon: verb.icon, tone: verb.danger ? 'danger' : '' });
        made.title = t(`verb.${verb.id}`);
        made.setAttribute('aria-label', made.title);
        return made;
    }

    draw() {
        const { conduct, tree } = this;
        tree.draw();
        const { seats } = tree;
        this.bulk.hidden = !conduct.leads || seats.length === 0;
        this.all.hidden = !conduct.leads || seats.length > 0;
        this.chosen.textContent = seats.length === 1 ? seats[0].name : t('tree.chosen', { count: seats.length });
        for (const { verb, button: one } of this.verbs) one.hidden = seats.length > verb.most || seats.length < (verb.least ?? 1) || !seats.every(verb.fits ?? (() => true));
        const stage = conduct.get('stage');
        this.layouts.forEach((one, index) => one.setAttribute('aria-pressed', String(stage?.layout === LAYOUTS[index] && !stage.seats.length)));
        const names = (stage?.seats ?? []).map((/** @type {any} */ { name }) => name).join(', ');
        this.staged.hidden = !names;
        this.staged.textContent = t('stage.now', { names });
    }

    async #holdAll() {
        if (await confirm(t('hold.all'), t('hold.all.words'), t('hold.all.yes'), false)) void this.conduct.act('mute', { all: true, hold: true });
    }
}
