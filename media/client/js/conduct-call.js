// Conducting joined to the call page: the strip, the cards, the doors, the microphone's rule, and the panel, which is
// loaded when it is first wanted.
import { Asks } from './conduct-asks.js';
import { Doors } from './conduct-doors.js';
import { ConductMicrophone } from './conduct-microphone.js';
import { Strip } from './conduct-strip.js';
import { Conduct } from './conduct.js';
import { byId } from './dom.js';
import { moreWords, onLanguage, t } from './i18n.js';
import { recall, remember } from './settings.js';
import { moreStyle } from './styles.js';

/** From this width on the console opens by itself beside the call of whoever leads. */
const ROOMY_PX = 1200;
const DEVICE_ANSWERS_MS = 3000;

/**
 * @typedef {{
 *     room: string, session: import('./session.js').Session, devices: import('./devices.js').Devices, toast: (text: string) => void,
 *     enter: (name: string, site: string) => void, giveUp: () => void, leave: () => void, redraw: () => void
 * }} Call what the call page does for it
 */

export class ConductInCall {
    unread = 0;
    /** @type {import('./console/panel.js').Console|null} */
    panel = null;
    /** @type {Promise<void>|null} */
    #loading = null;
    /** Chat messages that were there before, or have been counted. @type {Set<string>} */
    #heard = new Set();
    #wasKnown = false;
    #led = false;
    /** Since when this seat is told what it is told now, on the server's clock. */
    #toldSince = 0;
    #hasOpened = false;
    #wasBroken = false;
    #isAnswering = false;
    /** The viewer of papers, once a paper is shown. @type {import('./papers/papers-in-call.js').PapersInCall|null} */
    papers = null;
    /** @type {Promise<void>|null} */
    #loadingPapers = null;

    /** @param {Call} call */
    constructor(call) {
        this.call = call;
        const query = new URLSearchParams(location.search);
        const token = query.get('token') ?? '';
        /** A second screen: the console without the call. */
        this.isAlone = query.get('console') === 'only' && token !== '';
        document.body.classList.toggle('kiosk', query.get('kiosk') === '1');
        document.body.classList.toggle('console-only', this.isAlone);
        this.conduct = token ? new Conduct(call.room, token) : null;
        this.doors = new Doors(this.conduct, call);
        if (!this.conduct) return;
        const { conduct } = this;
        this.strip = new Strip(conduct, (tab) => this.#openFor(tab));
        this.microphone = new ConductMicrophone(conduct, call.devices, call.session, {
            toast: call.toast, ask: (id) => this.asks?.wantVoice(id),
        });
        this.asks = new Asks(conduct, byId('call-body'), {
            speak: () => this.microphone?.accept(),
            unmute: () => void call.devices.setMicrophone(true),
        });
        conduct.addEventListener('change', (event) => this.#follow(/** @type {CustomEvent} */ (event).detail));
        if (query.get('kiosk') === '1') conduct.addEventListener('change', () => this.#answerRoll());
        conduct.addEventListener('link', () => { this.papers?.tellAgain(); this.#follow(new Set()); });
        conduct.addEventListener('pending', () => { this.strip?.draw(); this.panel?.draw(); this.papers?.draw(); });
        conduct.addEventListener('refused', (event) => this.#explain(/** @type {CustomEvent} */ (event).detail));
        // The line was cut for the call: then for this socket too, which may not know it yet.
        call.session.addEventListener('broken', () => {
            if (this.#wasBroken && !call.session.broken) conduct.revive();
            this.#wasBroken = call.session.broken;
        });
        setInterval(() => {
            if (document.hidden) return;
            this.strip?.draw();
            this.asks?.tick();
        }, 1000);
        onLanguage(() => { this.asks?.redraw(); this.strip?.draw(); });
    }

    /** A room without anybody to press a button answers the roll call by its device, after a moment for whoever is there. */
    #answerRoll() {
        const { conduct } = this;
        if (!conduct?.you.asked || this.#isAnswering) return;
        this.#isAnswering = true;
        setTimeout(() => {
            if (conduct.you.asked) void conduct.act('roll.confirm');
            this.#isAnswering = false;
        }, DEVICE_ANSWERS_MS);
    }

    /** Whether the room belongs to a meeting. */
    get isOn() {
        return Boolean(this.conduct?.isKnown && this.conduct.link !== 'absent' && this.conduct.meeting);
    }

    /** Whether the page shows the call's frame without a call. */
    get standsAlone() {
        return this.isAlone && this.doors.kind === '';
    }

    /** @returns {import('./toolbar.js').Tool[]} */
    get tools() {
        const { conduct } = this;
        return [
            {
                id: 'hand', key: 'h', run: () => void this.#toggleHand(), icon: () => 'hand', hidden: () => !this.isOn || conduct?.meeting?.state !== 'open' || Boolean(conduct?.isTechnician),
                isOn: () => Boolean(conduct?.you.hand), label: () => t(conduct?.you.hand ? 'hand.lower' : 'hand.raise'),
                short: () => t(conduct?.you.hand ? 'hand.lower.short' : 'hand.short'), tone: () => (conduct?.you.hand ? 'active' : ''),
                badge: () => (conduct?.you.hand ? String(conduct.you.hand) : ''),
            },
            {
                id: 'conduct', key: 'c', run: () => this.togglePanel(), icon: () => (conduct?.leads ? 'conduct' : 'chat'), hidden: () => !this.isOn || this.isAlone,
                isOn: () => Boolean(this.panel?.isOpen), label: () => t(conduct?.leads ? 'panel.console' : 'panel.chat'),
                short: () => t(conduct?.leads ? 'panel.console.short' : 'panel.chat.short'), badge: () => (this.unread ? String(this.unread) : ''),
            },
        ];
    }

    /** The command palette of whoever leads. */
    async commands() {
        if (!this.isOn || !this.conduct?.leads) return;
        await this.#load();
        this.panel?.palette();
    }

    togglePanel() {
        if (this.panel?.isOpen) this.panel.close();
        else void this.openPanel(this.unread || !this.conduct?.leads ? 'chat' : '').then(() => this.panel?.type());
    }

    /** @param {string} tab @param {boolean} [focus] */
    async openPanel(tab, focus = true) {
        if (!this.isOn) return;
        const before = document.activeElement;
        await this.#load();
        this.panel?.open(tab);
        if (!focus && before instanceof HTMLElement) before.focus();
    }

    draw() {
        const floor = this.conduct?.get('floor');
        this.call.session.state.turn = floor?.state === 'holds' ? floor.seats.map((/** @type {any} */ { seat }) => seat) : [];
        this.doors.draw();
        this.strip?.draw();
        this.asks?.draw();
    }

    #load() {
        const { conduct } = this;
        this.#loading ??= (async () => {
            const [{ Console }] = await Promise.all([import('./console/panel.js'), moreWords('/assets/locales/console'), moreStyle('/assets/css/console.css')]);
            if (!conduct) return;
            this.panel = new Console(conduct, {
                changed: () => this.#panelChanged(), recall: (kind) => this.asks?.recall(kind), unread: () => this.unread, isClosable: () => !this.isAlone,
                look: (paper) => void this.#loadPapers().then(() => this.papers?.viewer.look(paper)),
            });
            onLanguage(() => this.panel?.rebuild());
        })().catch(() => {
            this.#loading = null;
            this.call.toast(t('panel.unreachable'));
        });
        return this.#loading;
    }

    /** The viewer comes with the first paper that the meeting has: the first page then waits for nothing. */
    #loadPapers() {
        const { conduct, call } = this;
        this.#loadingPapers ??= (async () => {
            const [{ PapersInCall }] = await Promise.all([
                import('./papers/papers-in-call.js'), moreWords('/assets/locales/reader'), moreWords('/assets/locales/papers'),
                moreStyle('/assets/css/reader.css'), moreStyle('/assets/css/papers.css'),
            ]);
            if (!conduct) return;
            this.papers = new PapersInCall(conduct, {
                line: () => call.session.state.line, openTab: () => void this.openPanel('papers'), changed: () => this.#papersChanged(), viewer: () => call.session.name,
            });
            this.papers.draw();
        })().catch(() => { this.#loadingPapers = null; });
        return this.#loadingPapers;
    }

    /** A second screen without the call gives the paper the room beside the panel. */
    #papersChanged() {
        if (this.isAlone && this.panel) this.panel.enlarge(!this.papers?.viewer.isOpen);
        this.call.redraw();
    }

    #panelChanged() {
        const { panel } = this;
        if (panel?.shown === 'chat' && this.unread) {
            this.unread = 0;
            panel.draw();
        }
        if (panel?.isOpen) byId('people').hidden = true;
        document.body.dataset.panel = !panel?.isOpen ? '' : panel.isWide ? 'wide' : 'side';
        if (this.conduct?.leads) remember('console', panel?.isOpen ? 'open' : 'closed');
        this.call.redraw();
    }

    /** @param {string} tab a card that was put aside comes before its tab */
    #openFor(tab) {
        if (tab === 'votes' && (this.conduct?.you.mayVote ?? []).length) this.asks?.recall('vote');
        else void this.openPanel(tab);
    }

    async #toggleHand() {
        await this.conduct?.act(this.conduct.you.hand ? 'hand.lower' : 'hand.raise');
    }

    /** @param {Set<string>} changed */
    #follow(changed) {
        const { conduct, call } = this;
        if (!conduct) return;
        if (changed.size) this.#count(changed);
        this.microphone?.follow();
        if (this.doors.kind === 'removed' && ['live', 'joining'].includes(call.session.phase)) {
            // Whom the chair lets in again comes back as they were: in a room without anybody nobody could press a button.
            this.doors.wanted = { name: call.session.name, site: call.session.site };
            call.leave();
        }
        if (!this.#hasOpened && this.isOn && (this.isAlone || call.session.phase === 'live')) this.#openByItself();
        this.#end();
        this.doors.follow();
        this.panel?.draw();
        if ((conduct.get('papers') ?? []).length || conduct.get('paper')) void this.#loadPapers();
        this.papers?.draw();
        call.redraw();
    }

    /** The meeting is over: the call is left, and who leads keeps the console for the roll and the decisions. */
    #end() {
        const { conduct, call, doors } = this;
        const wasIn = call.session.phase !== 'idle';
        doors.wasIn ||= wasIn;
        if (conduct?.you.admitted !== 'ended' || this.isAlone) return;
        if (['live', 'joining'].includes(call.session.phase)) call.leave();
        if (!conduct.leads || !(wasIn || doors.wanted)) return;
        this.isAlone = true;
        document.body.classList.add('console-only');
        this.#openByItself();
    }

    #openByItself() {
        const wanted = this.conduct?.leads && innerWidth >= ROOMY_PX && recall('console', 'open') === 'open';
        if (!this.isAlone && !wanted) return;
        // Whoever is given the chair later finds the console open then; who works in the panel is left there.
        this.#hasOpened = true;
        if (!this.isAlone && this.panel?.isOpen) return;
        void this.openPanel(this.conduct?.leads ? (this.conduct.meeting?.state === 'ended' ? 'decisions' : 'agenda') : 'chat', false).then(() => { if (this.isAlone) this.panel?.enlarge(true); });
    }

    /** @param {Set<string>} changed */
    #count(changed) {
        const { conduct, call } = this;
        if (!conduct) return;
        // Whoever comes to lead is told all that was written to the leaders before.
        if (!this.#wasKnown || this.#led !== conduct.leads) this.#toldSince = conduct.now;
        this.#led = conduct.leads;
        for (const key of changed) {
            const message = key.startsWith('chat/') ? conduct.get(key) : null;
            if (!message || this.#heard.has(key)) continue;
            this.#heard.add(key);
            if (!this.#wasKnown || message.from?.seat === conduct.you.seat || this.panel?.shown === 'chat') continue;
            this.unread += 1;
            if (message.to !== 'all' && message.at >= this.#toldSince) call.toast(t('chat.private', { name: message.from?.name ?? '', text: message.text }));
        }
        this.#wasKnown ||= conduct.isKnown;
    }

    /** @param {{code: string, message: string}} outcome */
    #explain({ message, code }) {
        this.call.toast(message || t('refused.any', { code }));
    }
}
