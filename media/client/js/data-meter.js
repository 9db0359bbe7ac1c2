// How many bytes this call has cost so far, over all its connections.

export class DataMeter {
    #before = 0;
    #now = 0;
    /** @type {RTCPeerConnection|null} */
    #connection = null;

    /** In bytes, both ways, media only: signalling is next to nothing. */
    get total() {
        return this.#before + this.#now;
    }

    reset() {
        this.#before = this.#now = 0;
        this.#connection = null;
    }

    /**
     * @param {RTCPeerConnection|null} connection
     * @returns {Promise<{down: number, up: number}>} what has come and gone since the last look, in bytes
     */
    async look(connection) {
        const report = await connection?.getStats().catch(() => null);
        if (!report) return { down: 0, up: 0 };
        if (connection !== this.#connection) {
            this.#before += this.#now;
            this.#now = 0;
            this.#last = { down: 0, up: 0 };
            this.#connection = connection;
        }
        let [down, up] = [0, 0];
        for (const entry of report.values()) {
            if (entry.type !== 'candidate-pair') continue;
            down += entry.bytesReceived ?? 0;
            up += entry.bytesSent ?? 0;
        }
        const since = { down: Math.max(0, down - this.#last.down), up: Math.max(0, up - this.#last.up) };
        this.#last = { down, up };
        this.#now = down + up;
        return since;
    }

    #last = { down: 0, up: 0 };
}
