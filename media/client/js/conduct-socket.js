// The conduct socket: how the briefing is conducted, beside the media and without it. It comes back for ever, unless the
// server says that there is nothing to come back to.

const RETRY_MS = 1000;
/** So that 264 pages do not come back in the same moment. */
const SPREAD_MS = 1000;
const OPEN_LIMIT_MS = 8000;

/** What the server closes with when it means it. @type {Record<number, 'refused'|'removed'|'absent'>} */
const FINAL = { 4401: 'refused', 4403: 'removed', 4404: 'absent' };
/** The server restarts (RFC 6455 §7.4.1, "going away"). */
const GOING_AWAY = 1001;

export class ConductSocket {
    /** @type {WebSocket|null} */
    #socket = null;
    /** @type {number|undefined} */
    #timer;
    #closed = false;
    #heardAt = 0;

    /**
     * @param {() => string} address asked anew for each attempt
     * @param {{message: (message: any) => void, lost: () => void, final: (why: 'refused'|'removed'|'absent') => void}} handlers
     */
    constructor(address, handlers) {
        this.address = address;
        this.handlers = handlers;
        this.#open();
    }

    get isOpen() {
        return this.#socket?.readyState === WebSocket.OPEN;
    }

    /** @param {object} message dropped when the socket is not open */
    send(message) {
        if (this.isOpen) this.#socket?.send(JSON.stringify(message));
    }

    /**
     * Opens anew what has been silent for so long: a cut line leaves a socket that looks open.
     * @param {number} [silentMs]
     */
    renew(silentMs = 0) {
        if (this.#closed || performance.now() - this.#heardAt < silentMs) return;
        this.#drop();
        this.handlers.lost();
        this.#open();
    }

    close() {
        this.#closed = true;
        this.#drop();
    }

    #drop() {
        clearTimeout(this.#timer);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onmessage = socket.onclose = null;
        socket.close();
    }

    #open() {
        const socket = new WebSocket(this.address());
        this.#socket = socket;
        this.#heardAt = performance.now();
        this.#timer = setTimeout(() => this.#lost(0), OPEN_LIMIT_MS);
        socket.onmessage = ({ data }) => {
            clearTimeout(this.#timer);
            this.#heardAt = performance.now();
            /** @type {any} */
            let message = null;
            try {
                message = JSON.parse(data);
            } catch {
                return;
            }
            if (message !== null && typeof message === 'object') this.handlers.message(message);
        };
        socket.onclose = ({ code }) => this.#lost(code);
    }

    /** @param {number} code */
    #lost(code) {
        this.#drop();
        if (this.#closed) return;
        const why = FINAL[code];
        if (why) {
            this.#closed = true;
            this.handlers.final(why);
            return;
        }
        this.handlers.lost();
        const pause = code === GOING_AWAY ? Math.random() * SPREAD_MS : RETRY_MS + Math.random() * SPREAD_MS;
        this.#timer = setTimeout(() => this.#open(), pause);
    }
}
