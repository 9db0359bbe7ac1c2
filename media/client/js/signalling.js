// The WebSocket beside the media: numbered messages and images in, wishes out, its own heartbeat and reopening.

const PING_MS = 2000;
const PONG_LIMIT_MS = 5000;
// A handshake on a cut line is given up early: the next one is then on its way soon after the line is back.
const OPEN_LIMIT_MS = 2500;
const RETRY_MS = 1000;

export class Signalling {
    /** Number of the last message taken. */
    sequence = 0;
    /** @type {WebSocket|null} */
    #socket = null;
    #closed = false;
    #lastHeard = 0;
    /** @type {number|undefined} */
    #heartbeat;
    /** @type {number|undefined} */
    #retry;

    /**
     * @param {{room: string, participant: string, token: string, after?: number}} where
     * @param {{message: (message: any) => void, image: (data: ArrayBuffer) => void, open: () => void, lost: () => void,
     *     unknown: () => void}} handlers `unknown`: the server does not know this participant any more, so only a new join helps.
     */
    constructor(where, handlers) {
        this.where = where;
        this.handlers = handlers;
        this.#open();
    }

    get isOpen() {
        return this.#socket?.readyState === WebSocket.OPEN;
    }

    /** @param {object} message dropped when the socket is not open: state is sent again on opening */
    send(message) {
        if (this.isOpen) this.#socket?.send(JSON.stringify(message));
    }

    /** @param {ArrayBuffer} data */
    sendImage(data) {
        if (this.isOpen) this.#socket?.send(data);
    }

    /** Bytes that the line has not taken yet. */
    get backlog() {
        return this.#socket?.bufferedAmount ?? 0;
    }

    close() {
        this.#closed = true;
        clearTimeout(this.#retry);
        this.#drop();
    }

    #drop() {
        clearTimeout(this.#heartbeat);
        clearInterval(this.#heartbeat);
        const socket = this.#socket;
        this.#socket = null;
        if (!socket) return;
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close();
    }

    #open() {
        const { room, participant, token } = this.where;
        const query = new URLSearchParams({ participant, token, after: String(this.sequence) });
        const scheme = location.protocol === 'http:' ? 'ws' : 'wss';
        const socket = new WebSocket(`${scheme}://${location.host}/api/rooms/${encodeURIComponent(room)}/socket?${query}`);
        socket.binaryType = 'arraybuffer';
        this.#socket = socket;
        this.#lastHeard = performance.now();
        this.#heartbeat = setTimeout(() => this.#lost(0), OPEN_LIMIT_MS);
        socket.onopen = () => {
            this.#lastHeard = performance.now();
            clearTimeout(this.#heartbeat);
            this.#heartbeat = setInterval(() => this.#beat(), PING_MS);
            this.handlers.open();
        };
        socket.onmessage = (event) => this.#take(event.data);
        socket.onclose = (event) => this.#lost(event.code);
    }

    #beat() {
        const quiet = performance.now() - this.#lastHeard;
        if (quiet > PONG_LIMIT_MS) this.#lost(0);
        // Whatever else the server says shows as well that it is there: on a thin line every message counts.
        else if (quiet > PING_MS * 0.75) this.send({ type: 'ping' });
    }

    /** @param {number} code */
    #lost(code) {
        this.#drop();
        if (this.#closed) return;
        if (code === 4404) {
            this.#closed = true;
            this.handlers.unknown();
            return;
        }
        this.handlers.lost();
        if (this.#closed) return;
        this.#retry = setTimeout(() => this.#open(), RETRY_MS);
    }

    /** @param {string|ArrayBuffer} data */
    #take(data) {
        this.#lastHeard = performance.now();
        if (typeof data !== 'string') {
            this.handlers.image(data);
            return;
        }
        let message;
        try {
            message = JSON.parse(data);
        } catch {
            return;
        }
        if (message.type === 'pong') return;
        if (typeof message.seq === 'number') {
            // A replay may overlap what was already taken; a snapshot starts over.
            if (message.seq <= this.sequence && message.type !== 'snapshot') return;
            this.sequence = message.seq;
        }
        this.handlers.message(message);
    }
}
