// This side's microphone, camera and screen: what is wanted, what the browser gave, what went wrong.
import { recall, remember } from './settings.js';

/** @typedef {'denied'|'missing'|'busy'|'insecure'} DeviceTrouble */

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };

/** @param {unknown} error @returns {DeviceTrouble} */
function troubleOf(error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
    if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
    return 'missing';
}

/** @param {MediaStreamTrack|null} track */
function release(track) {
    if (!track) return;
    track.onended = null;
    track.stop();
}

/** Events: `change` after anything here changed. */
export class Devices extends EventTarget {
    /** @type {MediaStreamTrack|null} */
    microphone = null;
    /** @type {MediaStreamTrack|null} */
    camera = null;
    /** @type {MediaStreamTrack|null} */
    screen = null;
    /** @type {MediaStreamTrack|null} */
    screenAudio = null;
    /** @type {{microphone: DeviceTrouble|null, camera: DeviceTrouble|null}} */
    trouble = { microphone: null, camera: null };
    microphoneOn = true;
    cameraOn = true;

    get supported() {
        return Boolean(navigator.mediaDevices?.getUserMedia);
    }

    get canShareScreen() {
        return Boolean(navigator.mediaDevices?.getDisplayMedia);
    }

    get speakerId() {
        return recall('speaker');
    }

    #changed() {
        this.dispatchEvent(new Event('change'));
    }

    /** Asks for both at once (one question of the browser), then for each alone if that fails. */
    async open() {
        if (!this.supported) {
            this.trouble = { microphone: 'insecure', camera: 'insecure' };
            this.#changed();
            return;
        }
        if (this.cameraOn && !this.camera && !this.microphone) {
            try {
                const stream = await navigator.mediaDevices.getUserMedia({
                    audio: this.#audio(), video: this.#video(),
                });
                this.#adopt('microphone', stream.getAudioTracks()[0] ?? null);
                this.#adopt('camera', stream.getVideoTracks()[0] ?? null);
                this.#changed();
                return;
            } catch {
                // One of the two may still be had.
            }
        }
        if (!this.microphone) await this.#acquire('microphone');
        if (this.cameraOn && !this.camera) await this.#acquire('camera');
        this.#changed();
    }

    #audio() {
        const id = recall('microphone');
        return { ...AUDIO, ...(id ? { deviceId: { ideal: id } } : {}) };
    }

    #video() {
        const id = recall('camera');
        return { ...VIDEO, ...(id ? { deviceId: { ideal: id } } : {}) };
    }

    /** @param {'microphone'|'camera'} kind */
    async #acquire(kind) {
        if (!this.supported) {
            this.trouble[kind] = 'insecure';
            return;
        }
        try {
            const stream = await navigator.mediaDevices.getUserMedia(
                kind === 'microphone' ? { audio: this.#audio() } : { video: this.#video() });
            this.#adopt(kind, stream.getTracks()[0] ?? null);
        } catch (error) {
            this.trouble[kind] = troubleOf(error);
            this.#adopt(kind, null);
        }
    }

    /**
     * @param {'microphone'|'camera'} kind
     * @param {MediaStreamTrack|null} track
     */
    #adopt(kind, track) {
        release(this[kind]);
        this[kind] = track;
        if (!track) return;
        this.trouble[kind] = null;
        if (kind === 'microphone') track.enabled = this.microphoneOn;
        // An unplugged device: its track is gone, the call goes on without.
        track.onended = () => {
            this[kind] = null;
            this.trouble[kind] = 'missing';
            this.#changed();
        };
    }

    /** @param {boolean} on */
    async setMicrophone(on) {
        this.microphoneOn = on;
        if (on && !this.microphone) await this.#acquire('microphone');
        if (this.microphone) this.microphone.enabled = on;
        this.#changed();
    }

    /** Off stops the device, so that its lamp goes out. @param {boolean} on */
    async setCamera(on) {
        this.cameraOn = on;
        if (!on) {
            release(this.camera);
            this.camera = null;
        } else if (!this.camera) {
            await this.#acquire('camera');
            if (!this.cameraOn) {
                release(this.camera);
                this.camera = null;
            }
        }
        this.#changed();
    }

    /**
     * @param {'microphone'|'camera'|'speaker'} kind
     * @param {string} id
     */
    async choose(kind, id) {
        remember(kind, id);
        if (kind === 'microphone') {
            release(this.microphone);
            this.microphone = null;
            await this.#acquire('microphone');
        } else if (kind === 'camera' && this.cameraOn) {
            release(this.camera);
            this.camera = null;
            await this.#acquire('camera');
        }
        this.#changed();
    }

    /** Asks what to show. Resolves to false when the person thinks better of it. */
    async openScreen() {
        if (!this.canShareScreen) return false;
        let stream;
        try {
            stream = await navigator.mediaDevices.getDisplayMedia({
                video: { frameRate: { max: 15 } },
                audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
            });
        } catch {
            return false;
        }
        this.screen = stream.getVideoTracks()[0] ?? null;
        this.screenAudio = stream.getAudioTracks()[0] ?? null;
        if (this.screen) {
            this.screen.contentHint = 'detail';
            // The browser's own "stop sharing" bar.
            this.screen.onended = () => this.closeScreen();
        }
        this.#changed();
        return Boolean(this.screen);
    }

    closeScreen() {
        release(this.screen);
        release(this.screenAudio);
        this.screen = null;
        this.screenAudio = null;
        this.#changed();
    }

    /** @returns {Promise<Record<'audioinput'|'videoinput'|'audiooutput', MediaDeviceInfo[]>>} */
    async list() {
        const all = this.supported ? await navigator.mediaDevices.enumerateDevices().catch(() => []) : [];
        const of = (/** @type {string} */ kind) => all.filter((device) => device.kind === kind && device.deviceId);
        return { audioinput: of('audioinput'), videoinput: of('videoinput'), audiooutput: of('audiooutput') };
    }

    close() {
        this.closeScreen();
        release(this.microphone);
        release(this.camera);
        this.microphone = null;
        this.camera = null;
        this.#changed();
    }
}
