// What stands before the call: waiting to be let in, a locked room, having been removed.
import { timeWords } from './conduct-words.js';
import { byId, h } from './dom.js';
import { t } from './i18n.js';

/** @typedef {''|'waiting'|'locked'|'removed'|'ended'} Door */
/** After a refused join, the conduct socket may still be about to say why. */
const EXPLAIN_MS = 3000;

export class Doors {
    /** Who has asked to join and has not been let in. @type {{name: string, site: string}|null} */
    wanted = null;
    /** Whether this page has been in the call. */
    wasIn = false;

    /**
     * @param {import('./conduct.js').Conduct|null} conduct
     * @param {{enter: (name: string, site: string) => void, giveUp: () => void}} does
     */
    constructor(conduct, does) {
        this.conduct = conduct;
        this.does = does;
        this.root = byId('door');
        this.title = h('h1', { tabindex: '-1' });
        this.words = h('p', { role: 'status' });
        this.meeting = h('p', { class: 'door-meeting' });
        this.again = h('button', { type: 'button', class: 'button primary', click: () => location.reload() });
        this.cancel = h('button', { type: 'button', class: 'button', click: () => { this.wanted = null; does.giveUp(); } });
        this.spinner = h('span', { class: 'spinner', 'aria-hidden': 'true' });
        this.home = h('a', { class: 'button', href: '/' });
        const actions = h('div', { class: 'left-actions' }, this.again, this.cancel, this.home);
        this.root.append(h('div', { class: 'left-card' }, this.spinner, this.title, this.meeting, this.words, actions));
    }

    /** @returns {Door} */
    get kind() {
        const { conduct } = this;
        if (!conduct) return '';
        if (conduct.link === 'removed' || conduct.you.admitted === 'removed') return 'removed';
        const { admitted } = conduct.you;
        if (admitted === 'ended') return (this.wanted || this.wasIn) && !conduct.leads ? 'ended' : '';
        return this.wanted && (admitted === 'waiting' || admitted === 'locked') ? admitted : '';
    }

    /**
     * Before a join: whether it has to wait.
     * @param {string} name @param {string} site
     */
    holds(name, site) {
        if (!this.conduct?.isKnown || this.conduct.you.admitted === 'in') return false;
        this.wanted = { name, site };
        return true;
    }

    /**
     * After a refused join: whether the chair's door is why.
     * @param {string} name @param {string} site
     * @returns {Promise<boolean>}
     */
    async explains(name, site) {
        const { conduct } = this;
        if (!conduct || conduct.link === 'absent') return false;
        if (!conduct.isKnown && conduct.link === 'opening') {
            await new Promise((resolve) => {
                conduct.addEventListener('change', resolve, { once: true });
                conduct.addEventListener('link', resolve, { once: true });
                setTimeout(resolve, EXPLAIN_MS);
            });
        }
        return conduct.link === 'removed' || this.holds(name, site);
    }

    /** Goes in when the door has opened. */
    follow() {
        if (!this.wanted || this.conduct?.you.admitted !== 'in') return;
        const { name, site } = this.wanted;
        this.wanted = null;
        this.does.enter(name, site);
    }

    draw() {
        const { kind } = this;
        const wasHidden = this.root.hidden;
        this.root.hidden = !kind;
        if (!kind) return;
        const meeting = this.conduct?.meeting;
        this.root.dataset.kind = kind;
        this.title.textContent = t(`door.${kind}.title`);
        const words = t(`door.${kind}.words`);
        if (this.words.textContent !== words) this.words.textContent = words;
        this.meeting.hidden = !meeting;
        this.meeting.textContent = meeting ? t('door.meeting', { title: meeting.title, time: timeWords(meeting.start) }) : '';
        this.spinner.hidden = kind === 'removed' || kind === 'ended';
        this.again.hidden = kind !== 'removed';
        this.again.textContent = t('door.again');
        this.cancel.hidden = kind === 'removed' || kind === 'ended';
        this.cancel.textContent = t('door.cancel');
        this.home.hidden = kind !== 'ended';
        this.home.textContent = t('left.home');
        if (wasHidden) this.title.focus();
    }
}
