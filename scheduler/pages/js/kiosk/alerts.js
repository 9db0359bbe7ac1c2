// What makes the site ring: one question that the server holds until there is something new.
import { Refused } from './site-client.js';

const RETRY_MS = 2000;
/** A server that knows no alerts may be another one after its next restart. */
const UNKNOWN_MS = 30_000;

/** @typedef {{id: string|number, kind: 'emergency'|'technician'|'open', title: string, message: string, room: string,
 *   occurrence: number|null, rings: number, acknowledged: boolean}} Alert */

export class Alerts {
    #version = 0;
    #stopped = false;
    #asking = new AbortController();
    /** @type {(() => void)|null} */
    #hurry = null;

    /**
     * @param {import('./site-client.js').SiteClient} client
     * @param {(alerts: Alert[]) => void} onAlerts all that there are, whenever something is new
     */
    constructor(client, onAlerts) {
        this.client = client;
        this.onAlerts = onAlerts;
        void this.#run();
    }

    stop() {
        this.#stopped = true;
        this.wake();
    }

    /** What hangs on a line that was gone is asked anew. */
    wake() {
        this.#asking.abort();
        this.#hurry?.();
    }

    async #run() {
        while (!this.#stopped) {
            this.#asking = new AbortController();
            let pause = 0;
            try {
                const found = await this.client.alerts(this.#version, this.#asking.signal);
                this.#version = Number(found.version) || 0;
                if (!this.#stopped) this.onAlerts(found.alerts ?? []);
            } catch (error) {
                // Versions of a server that has lost its store begin anew.
                this.#version = 0;
                if (!this.#asking.signal.aborted) {
                    pause = error instanceof Refused && error.status === 404 ? UNKNOWN_MS : RETRY_MS;
                }
            }
            if (pause) await this.#rest(pause);
        }
    }

    /** @param {number} pause ms */
    #rest(pause) {
        return new Promise((resolve) => {
            const done = () => {
                clearTimeout(timer);
                this.#hurry = null;
                resolve(undefined);
            };
            const timer = setTimeout(done, pause);
            this.#hurry = done;
        });
    }
}
