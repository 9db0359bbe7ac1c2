// The call in a frame, watched: the call's page mends its own line; a page that says nothing any more is made anew.

const LOOK_MS = 1000;
/** The page says every 2 s how it is. */
const SILENT_MS = 8000;
/** Two beats are missing: when the server comes back into reach, this page waits for nothing. */
const LATE_MS = 5000;
/** A page that is being loaded over a thin line has said nothing yet. */
const LOADING_MS = 15_000;
/** With the server in reach the page is back by itself long before this. */
const BROKEN_MS = 20_000;
const PAUSE_MS = 2000;

/** @typedef {{phase: string, broken: boolean, room: string, others: number}} Beat */

/**
 * Events: `beat` (the page said how it is), `over` (the page is out of its call and needs a new address), `setup` (F2 was
 * pressed in it).
 */
export class CallFrame extends EventTarget {
    /** The last that the page said. @type {Beat|null} */
    beat = null;
    /** How often the frame was made anew. */
    renewals = 0;
    #address = '';
    /** @type {HTMLIFrameElement|null} */
    #frame = null;
    #made = 0;
    #heard = 0;
    /** Since when it says that its line is broken. */
    #brokenSince = 0;
    /** Since when the server is in reach. */
    #thereSince = 0;
    /** @type {number|undefined} */
    #retry;

    /**
     * @param {HTMLElement} place
     * @param {() => boolean} serverIsThere
     */
    constructor(place, serverIsThere) {
        super();
        this.place = place;
        this.serverIsThere = serverIsThere;
        addEventListener('message', (event) => this.#take(event));
        setInterval(() => this.#look(), LOOK_MS);
    }

    get isOpen() {
        return Boolean(this.#address);
    }

    /** @param {string} address of the call's page, of this origin */
    open(address) {
        const url = new URL(address, location.origin);
        if (url.origin !== location.origin || !url.pathname.startsWith('/r/')) return;
        url.searchParams.set('autojoin', '1');
        url.searchParams.set('kiosk', '1');
        this.#address = url.href;
        this.place.hidden = false;
        this.#make();
    }

    close() {
        this.#address = '';
        clearTimeout(this.#retry);
        this.#frame?.remove();
        this.#frame = null;
        this.beat = null;
        this.place.hidden = true;
    }

    /** The server is in reach again: a page that hangs on the way is fetched anew at once. */
    wake() {
        if (this.isOpen && performance.now() - Math.max(this.#heard, this.#made) > LATE_MS) this.#renew();
    }

    #make() {
        clearTimeout(this.#retry);
        this.#frame?.remove();
        const frame = document.createElement('iframe');
        frame.className = 'call-frame';
        frame.allow = 'camera; microphone; autoplay; fullscreen; display-capture';
        frame.src = this.#address;
        // A page that could not be fetched is the browser's own, which nobody may look into.
        frame.addEventListener('load', () => {
            if (this.#frame !== frame || frame.contentDocument?.getElementById('call')) return;
            this.#retry = setTimeout(() => this.#renew(), PAUSE_MS);
        });
        this.#frame = frame;
        this.beat = null;
        this.#made = performance.now();
        this.#heard = 0;
        this.#brokenSince = 0;
        this.place.append(frame);
        frame.focus();
    }

    #renew() {
        if (!this.isOpen) return;
        this.renewals += 1;
        this.#make();
    }

    #look() {
        if (!this.isOpen) return;
        const now = performance.now();
        const isSilent = this.#heard ? now - this.#heard > SILENT_MS : now - this.#made > LOADING_MS;
        if (!this.serverIsThere()) this.#thereSince = 0;
        else this.#thereSince ||= now;
        const isStuck = this.#brokenSince > 0 && this.#thereSince > 0
            && now - Math.max(this.#brokenSince, this.#thereSince) > BROKEN_MS;
        if (isSilent || isStuck) this.#renew();
    }

    /** @param {MessageEvent} event */
    #take(event) {
        if (event.origin !== location.origin || event.source !== this.#frame?.contentWindow) return;
        const { type, phase, broken, room, others } = event.data ?? {};
        if (type === 'giaoban.setup') this.dispatchEvent(new Event('setup'));
        if (type !== 'giaoban.call') return;
        this.#heard = performance.now();
        this.beat = { phase, broken, room, others };
        if (!broken) this.#brokenSince = 0;
        else this.#brokenSince ||= this.#heard;
        this.dispatchEvent(new Event('beat'));
        if (phase === 'refused' || phase === 'left') this.dispatchEvent(new Event('over'));
    }
}
