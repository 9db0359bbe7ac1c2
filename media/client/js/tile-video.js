// The moving part of a tile: one video element for each track, and the last picture of it when it goes.
import { drawSmall } from './canvas.js';
import { h } from './dom.js';

// The first frames after a slot has changed hands may still be the former owner's, and the last ones the next one's.
const SETTLE_MS = 150;
const SAFE_MS = 700;
const SNAP_WIDTH = 320;

export class TileVideo {
    /** When the last frame came, on the page's clock. */
    lastFrame = 0;
    hasFrame = false;
    /** @type {MediaStreamTrack|null} */
    track = null;
    #boundAt = 0;
    /** @type {HTMLVideoElement|null} */
    #video = null;
    /** Pictures of the last two seconds, the younger first. @type {{canvas: HTMLCanvasElement, at: number, wall: number}[]} */
    #snaps = [];

    /**
     * @param {HTMLElement} place the video goes in at its end
     * @param {() => void} onLive called with the first frame
     * @param {(canvas: HTMLCanvasElement, at: number) => void} onEnd called with the last picture of a track that ends
     */
    constructor(place, onLive, onEnd) {
        this.place = place;
        this.onLive = onLive;
        this.onEnd = onEnd;
    }

    /** @param {MediaStreamTrack|null} track */
    bind(track) {
        if (track === this.track) return;
        this.#keepLast();
        this.track = track;
        this.hasFrame = false;
        this.#boundAt = performance.now();
        this.lastFrame = this.#boundAt;
        if (this.#video) {
            this.#video.srcObject = null;
            this.#video.remove();
            this.#video = null;
        }
        if (!track) return;
        // A fresh element: it starts empty instead of with the last picture of whoever was here.
        const video = h('video', { autoplay: true, playsinline: true, 'aria-hidden': 'true', tabindex: '-1' });
        video.muted = true;
        video.disablePictureInPicture = true;
        video.srcObject = new MediaStream([track]);
        this.#video = video;
        this.place.append(video);
        void video.play().catch(() => undefined);
        this.#countFrames(video);
    }

    /** @param {any} video */
    #countFrames(video) {
        const seen = () => {
            if (video !== this.#video) return;
            const now = performance.now();
            this.lastFrame = now;
            if (!this.hasFrame && now - this.#boundAt >= SETTLE_MS) {
                this.hasFrame = true;
                this.onLive();
            }
            if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(seen);
        };
        if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(seen);
        else video.addEventListener('timeupdate', seen);
    }

    /** Called each second. */
    snap() {
        const video = this.#video;
        const now = performance.now();
        if (!video?.videoWidth || !this.hasFrame || now - this.lastFrame > 1500) return;
        const [younger, older] = this.#snaps;
        const canvas = drawSmall(video, SNAP_WIDTH, Math.round((SNAP_WIDTH * video.videoHeight) / video.videoWidth), { canvas: older?.canvas });
        this.#snaps = [{ canvas, at: now, wall: Date.now() }, ...(younger ? [younger] : [])];
    }

    #keepLast() {
        const last = this.#snaps.find(({ at }) => performance.now() - at >= SAFE_MS);
        this.#snaps = [];
        if (last && this.hasFrame) this.onEnd(last.canvas, last.wall);
    }
}
