// Images of one's own shared screen, for those whose line bears no moving one: each time a page is turned.
import { drawSmall, shrinkTo } from './canvas.js';
import { PAGE, packImage } from './pieces.js';

/** How often the screen is looked at, and how often at most a page counts as turned. */
const LOOK_MS = 300;
const TURN_MS = 2000;
const THUMB = { width: 64, height: 36 };
/** A point has changed when its grey differs by so much; the screen, when so many points have. */
const POINT = 14;
const SHARE = 0.012;
/** What each size may have: bytes, widths and qualities tried in this order. */
const SIZES = [
    { most: 4_000, grey: true, tries: [[480, 0.5], [480, 0.25], [400, 0.2], [320, 0.15], [240, 0.1]] },
    { most: 40_000, grey: false, tries: [[960, 0.75], [960, 0.5], [960, 0.3], [720, 0.3], [480, 0.3]] },
    { most: 250_000, grey: false, tries: [[1920, 0.85], [1920, 0.65], [1600, 0.5], [1280, 0.5]] },
];
/** An upload that would keep the line longer than this is left out. */
const UPLOAD_SECONDS = 6;

/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other @returns {number} share of points that differ */
export function difference(one, other) {
    let changed = 0;
    for (let index = 0; index < one.length; index += 4) if (Math.abs(one[index] - other[index]) > POINT) changed += 1;
    return changed / (one.length / 4);
}

export class PageSender {
    #video = document.createElement('video');
    #canvas = document.createElement('canvas');
    /** @type {number|undefined} */
    #timer;
    /** The page's number on its socket; it grows for the life of the browser's tab. */
    #number = 0;
    /** @type {number[]} */
    #sizes = [];
    /** Sizes of the present page that are sent. @type {Set<number>} */
    #sent = new Set();
    /** @type {Uint8ClampedArray|null} what the present page looks like */
    #page = null;
    /** @type {Uint8ClampedArray|null} */
    #last = null;
    #turnedAt = 0;
    #uploading = false;

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
            const { type, sizes } = /** @type {CustomEvent} */ (event).detail;
            if (type !== 'images') return;
            this.#sizes = [...(sizes ?? [])].sort();
            void this.#upload();
        });
        // A new connection is asked anew; a socket that comes back is not.
        session.addEventListener('peer', () => {
            this.#sizes = [];
            this.#forget();
        });
        devices.addEventListener('change', () => this.#watch());
    }

    #forget() {
        this.#page = this.#last = null;
        this.#sent.clear();
    }

    #watch() {
        const { screen } = this.devices;
        const watched = /** @type {MediaStream|null} */ (this.#video.srcObject)?.getTracks()[0] ?? null;
        if (watched === screen) return;
        clearInterval(this.#timer);
        this.#forget();
        this.#video.srcObject = screen ? new MediaStream([screen]) : null;
        if (!screen) return;
        void this.#video.play().catch(() => undefined);
        this.#timer = setInterval(() => this.#look(), LOOK_MS);
    }

    /** A page has turned when the screen differs from the page before and stands still again (or two seconds are over). */
    #look() {
        const video = this.#video;
        if (!video.videoWidth || this.session.phase !== 'live') return;
        const thumb = drawSmall(video, THUMB.width, THUMB.height, { grey: true, canvas: this.#canvas });
        const pen = /** @type {CanvasRenderingContext2D} */ (thumb.getContext('2d'));
        const { data } = pen.getImageData(0, 0, THUMB.width, THUMB.height);
        const isStill = this.#last !== null && difference(data, this.#last) < SHARE;
        this.#last = data;
        const now = performance.now();
        if (this.#page && difference(data, this.#page) < SHARE) return;
        if (this.#page && (now - this.#turnedAt < TURN_MS || (!isStill && now - this.#turnedAt < 2 * TURN_MS))) return;
        this.#page = data;
        this.#turnedAt = now;
        this.#number += 1;
        this.#sent.clear();
        this.session.say({ type: 'page', number: this.#number });
        void this.#upload();
    }

    /** Smallest first; each only when the one before has left, so that a new page never waits for an old one. */
    async #upload() {
        if (this.#uploading) return;
        this.#uploading = true;
        try {
            for (let size = this.#next(); size !== undefined; size = this.#next()) {
                if (this.session.backlog > 0) {
                    await new Promise((done) => setTimeout(done, 100));
                    continue;
                }
                const number = this.#number;
                this.#sent.add(size);
                const { most, tries, grey } = SIZES[size];
                if (most > this.session.uplink.budget * 125 * UPLOAD_SECONDS) continue;
                const { videoWidth, videoHeight } = this.#video;
                const bytes = await shrinkTo(this.#video, tries.map(([wide, quality]) => {
                    const width = Math.min(wide, videoWidth);
                    return [width, (width * videoHeight) / videoWidth, quality];
                }), most, { grey });
                if (bytes && number === this.#number) this.session.sendImage(packImage({ kind: PAGE, size, version: number, bytes }));
            }
        } finally {
            this.#uploading = false;
        }
    }

    #next() {
        if (!this.#page || !this.#video.srcObject || this.session.phase !== 'live') return undefined;
        return this.#sizes.find((size) => SIZES[size] && !this.#sent.has(size));
    }
}
