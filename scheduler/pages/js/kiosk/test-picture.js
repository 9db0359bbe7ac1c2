// The own picture and how loud the microphone is, while no call has the devices.
import { Devices } from '/assets/js/devices.js';
import { DeviceMemory } from '/assets/js/device-memory.js';
import { byId, h } from '/assets/js/dom.js';
import { onLanguage, t } from '/assets/js/i18n.js';
import { Meter } from '/assets/js/sound.js';

const BARS = 24;
const DRAW_MS = 100;

export class TestPicture {
    devices = new Devices();
    memory = new DeviceMemory(this.devices);
    #meter = new Meter();
    #heard = '';
    #isOn = false;

    /** @param {() => void} onChange called when a device has come or gone */
    constructor(onChange) {
        byId('level').append(...Array.from({ length: BARS }, () => h('i')));
        this.devices.addEventListener('change', () => {
            this.#draw();
            onChange();
        });
        onLanguage(() => this.#draw());
        setInterval(() => this.#measure(), DRAW_MS);
    }

    async start() {
        if (this.#isOn) return;
        this.#isOn = true;
        await this.memory.start();
        // A call may have begun in the meantime, and has the devices to itself.
        if (!this.#isOn) this.stop();
    }

    stop() {
        this.#isOn = false;
        this.memory.stop();
        this.devices.close();
    }

    #draw() {
        const { microphone, camera } = this.devices;
        const video = byId('own-picture');
        if ((video.srcObject?.getTracks()[0] ?? null) !== camera) {
            video.srcObject = camera ? new MediaStream([camera]) : null;
        }
        byId('picture-words').textContent = camera ? '' : t('kiosk.picture.none');
        if (this.#heard !== (microphone?.id ?? '')) {
            this.#heard = microphone?.id ?? '';
            this.#meter.listen(microphone);
        }
    }

    #measure() {
        const level = this.#isOn ? this.#meter.level : 0;
        [...byId('level').children].forEach((bar, index) => bar.classList.toggle('lit', index < Math.round(level * BARS)));
        byId('level').setAttribute('aria-valuenow', String(Math.round(level * 100)));
    }
}
