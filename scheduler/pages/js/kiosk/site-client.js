// What the device of an unattended site asks the server, with its own token.
import { language } from '/assets/js/i18n.js';

/** A line of 64 kbit/s answers within two seconds; what hangs longer hangs on a line that is gone. */
const LIMIT_MS = 4000;

/** An answer that is not a success. */
export class Refused extends Error {
    /** @param {number} status @param {string} message */
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

export class SiteClient {
    /** @param {string} token */
    constructor(token) {
        this.token = token;
    }

    /**
     * @param {string} path
     * @param {{body?: object, limit?: number, signal?: AbortSignal}} [options] with a body it is a POST
     * @returns {Promise<any>}
     */
    async ask(path, { body, limit = LIMIT_MS, signal } = {}) {
        const ends = AbortSignal.timeout(limit);
        const answer = await fetch(path, {
            method: body ? 'POST' : 'GET',
            headers: {
                Authorization: `Bearer ${this.token}`, 'Accept-Language': language(),
                ...(body ? { 'Content-Type': 'application/json' } : {}),
            },
            body: body && JSON.stringify(body), cache: 'no-store', credentials: 'omit',
            signal: signal ? AbortSignal.any([signal, ends]) : ends,
        });
        if (answer.ok) return answer.json();
        const found = await answer.json().catch(() => ({}));
        throw new Refused(answer.status, found?.error?.message ?? `HTTP ${answer.status}`);
    }

    site() {
        return this.ask('/api/site');
    }

    /** @param {number} occurrence @returns {Promise<{url: string}>} */
    join(occurrence) {
        return this.ask('/api/site/join', { body: { occurrence } });
    }

    /** @param {number} after @param {AbortSignal} signal */
    alerts(after, signal) {
        // The server holds it for up to 25 s.
        return this.ask(`/api/alerts?after=${after}`, { limit: 32_000, signal });
    }

    /** @param {string|number} id @returns {Promise<{url?: string}>} */
    acknowledge(id) {
        return this.ask(`/api/alerts/${encodeURIComponent(id)}/acknowledge`, { body: { answer: 'device' } });
    }
}
