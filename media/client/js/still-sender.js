// Stills of one's own camera, sent when somebody shows it as a still.
import { shrinkTo } from './canvas.js';
import { STILL, packImage } from './pieces.js';

const MOST = 6000;
const LEAST = 1500;
/** Tries, best first: width, height, quality. @type {[number, number, number][]} */
const TRIES = [[240, 135, 0.7], [240, 135, 0.45], [192, 108, 0.45], [160, 90, 0.4], [160, 90, 0.2], [128, 72, 0.15]];

export class StillSender {
    /** @type {number|undefined} */
    #timer;
    #version = 0;
    #seconds = 0;
    #video = document.createElement('video');

    /**
     * @param {import('./session.js').Session} session
     * @param {import('./devices.js').Devices} devices
     */
    constructor(session, devices) {
        this.session = session;
        this.devices = devices;
        this.#video.muted = true;
        this.#video.playsInline = true;
        session.addEventListener('asked', (event) => {
            const { type, seconds } = /** @type {CustomEvent} */ (event).detail;
            if (type === 'stills') this.#every(Number(seconds) || 0);
        });
        // A new connection is asked anew; a socket that comes back is not.
        session.addEventListener('peer', () => this.#every(0));
    }

    /** @param {number} seconds */
    #every(seconds) {
        if (seconds === this.#seconds) return;
        this.#seconds = seconds;
        clearInterval(this.#timer);
        if (!seconds) {
            this.#video.srcObject = null;
            return;
        }
        this.#timer = setInterval(() => void this.#send(), seconds * 1000);
        void this.#send();
    }

    async #send() {
        const { camera } = this.devices;
        const video = this.#video;
        if (!camera || this.session.phase !== 'live' || this.session.backlog > 0) return;
        if (/** @type {MediaStream|null} */ (video.srcObject)?.getTracks()[0] !== camera) {
            video.srcObject = new MediaStream([camera]);
            await video.play().catch(() => undefined);
        }
        if (!video.videoWidth) return;
        // Stills take at most a twelfth of a thin line.
        const share = (this.session.uplink.budget * 125 * this.#seconds) / 12;
        const bytes = await shrinkTo(video, TRIES, Math.min(MOST, Math.max(LEAST, share)));
        if (!bytes) return;
        // Greater than the last one's, also where two are of one second.
        this.#version = Math.max(this.#version + 1, Math.floor(Date.now() / 1000));
        this.session.sendImage(packImage({ kind: STILL, size: 0, version: this.#version, bytes }));
    }
}
