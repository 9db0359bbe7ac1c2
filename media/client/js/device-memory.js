// Which camera, microphone and loudspeaker an unattended room uses: remembered by id and by label, since a browser gives
// new ids when its profile is made anew, and found again after a restart or when a plug has come out.
import { recall, remember } from './settings.js';

/** @typedef {'microphone'|'camera'|'speaker'} Kind */
/** @type {Record<Kind, 'audioinput'|'videoinput'|'audiooutput'>} */
export const KINDS = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };
/** A hub that is plugged in brings its devices one by one. */
const SETTLE_MS = 500;
/** Another program may have had the camera. */
const AGAIN_MS = 5000;

/**
 * @param {Kind} kind
 * @param {MediaDeviceInfo|null} device null for whatever the system takes
 */
export function rememberDevice(kind, device) {
    remember(kind, device?.deviceId ?? '');
    remember(`${kind}.label`, device?.label ?? '');
}

/**
 * @param {Kind} kind
 * @param {MediaDeviceInfo[]} list
 * @returns {MediaDeviceInfo|null} the remembered one, when it is there
 */
export function findDevice(kind, list) {
    const [id, label] = [recall(kind), recall(`${kind}.label`)];
    return (id && list.find((device) => device.deviceId === id))
        || (label && list.find((device) => device.label === label && device.deviceId !== 'default')) || null;
}

export class DeviceMemory {
    #isOn = false;
    /** @type {number|undefined} */
    #soon;
    /** @type {number|undefined} */
    #again;

    /**
     * @param {import('./devices.js').Devices} devices
     * @param {(id: string) => void} [onSpeaker] called when the loudspeaker is to be used (anew)
     */
    constructor(devices, onSpeaker = () => undefined) {
        this.devices = devices;
        this.onSpeaker = onSpeaker;
        navigator.mediaDevices?.addEventListener?.('devicechange', () => {
            clearTimeout(this.#soon);
            this.#soon = setTimeout(() => void this.mend(), SETTLE_MS);
        });
        // The view in which devices are chosen is another page's, of the same origin.
        addEventListener('storage', (event) => {
            if (Object.keys(KINDS).some((kind) => event.key === `giaoban.${kind}`)) void this.mend();
        });
    }

    /** Opens the remembered devices, and keeps them open from then on. */
    async start() {
        this.#isOn = true;
        await this.#find();
        await this.devices.open();
        // Without a permission labels are hidden: with the devices open they can be told.
        await this.mend();
        clearInterval(this.#again);
        this.#again = setInterval(() => {
            const { microphone, camera, cameraOn } = this.devices;
            if (!microphone || (cameraOn && !camera)) void this.mend();
        }, AGAIN_MS);
    }

    stop() {
        this.#isOn = false;
        clearInterval(this.#again);
        clearTimeout(this.#soon);
    }

    /** Takes the remembered devices where others are in use, and others where the remembered ones are gone. */
    async mend() {
        if (!this.#isOn) return;
        const found = await this.#find();
        const { devices } = this;
        for (const kind of /** @type {const} */ (['microphone', 'camera'])) {
            if (!this.#isOn || (kind === 'camera' && !devices.cameraOn)) continue;
            const track = devices[kind];
            const wanted = found[kind];
            if (wanted && track?.getSettings().deviceId !== wanted.deviceId) await devices.choose(kind, wanted.deviceId);
            else if (!track && (await devices.list())[KINDS[kind]].length > 0) await devices.open();
        }
        this.onSpeaker(found.speaker?.deviceId ?? '');
    }

    /** @returns {Promise<Record<Kind, MediaDeviceInfo|null>>} */
    async #find() {
        const lists = await this.devices.list();
        const of = (/** @type {Kind} */ kind) => {
            const device = findDevice(kind, lists[KINDS[kind]]);
            if (device && device.deviceId !== recall(kind)) remember(kind, device.deviceId);
            return device;
        };
        return { microphone: of('microphone'), camera: of('camera'), speaker: of('speaker') };
    }
}
