// Before the call: who, which devices, does the speaker sound, does the line carry.
import { byId, h, icon } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { rateWords } from './figures.js';
import { shareWords } from './line-words.js';
import { testLine } from './line-test.js';
import { placeSwitches } from './reception-choice.js';
import { recall, remember } from './settings.js';
import { Meter, playChime } from './sound.js';

const METER_BARS = 14;
/** @type {Record<string, 'audioinput'|'videoinput'|'audiooutput'>} */
const KINDS = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };

export class Lobby {
    #meter = new Meter();
    /** @type {import('./line-test.js').LineResult|null} */
    #line = null;
    #testing = false;
    #playing = false;
    #joining = false;
    #opened = false;
    #heard = '';

    /**
     * @param {import('./devices.js').Devices} devices
     * @param {(name: string, site: string) => void} onJoin
     */
    constructor(devices, onJoin) {
        this.devices = devices;
        this.onJoin = onJoin;
        const query = new URLSearchParams(location.search);
        byId('name').value = query.get('name') ?? recall('name');
        byId('site').value = query.get('site') ?? recall('site');
        byId('meter-bars').append(...Array.from({ length: METER_BARS }, () => h('i')));
        byId('join-form').addEventListener('submit', (/** @type {Event} */ event) => this.#submit(event));
        byId('name').addEventListener('input', () => this.#complain(false));
        byId('preview-mic').addEventListener('click', () => void devices.setMicrophone(!devices.microphoneOn));
        byId('preview-cam').addEventListener('click', () => void devices.setCamera(!devices.cameraOn));
        for (const kind of Object.keys(KINDS)) {
            const select = byId(`choose-${kind}`);
            select.addEventListener('change', () => void devices.choose(/** @type {any} */ (kind), select.value));
        }
        byId('speaker-test').addEventListener('click', () => void this.#playSpeaker());
        placeSwitches(byId('lobby-switches'));
        byId('line-test').addEventListener('click', () => void this.#testLine());
        devices.addEventListener('change', () => void this.#draw());
        navigator.mediaDevices?.addEventListener?.('devicechange', () => void this.#drawChoices());
        onLanguage(() => void this.#draw());
    }

    get isShown() {
        return !byId('lobby').hidden;
    }

    /** @param {string} room */
    async show(room) {
        byId('lobby-room').textContent = room;
        byId('lobby').hidden = false;
        void this.#draw();
        this.#watchLevel();
        await this.devices.open();
        this.#opened = true;
        void this.#draw();
        if (!byId('name').value) byId('name').focus();
    }

    hide() {
        byId('lobby').hidden = true;
        byId('preview').srcObject = null;
        this.#meter.listen(null);
        this.#heard = '';
    }

    /** @param {boolean} joining @param {string} [trouble] */
    setJoining(joining, trouble = '') {
        this.#joining = joining;
        byId('join-trouble').textContent = trouble;
        byId('join-trouble').hidden = !trouble;
        void this.#draw();
    }

    /** @param {Event} event */
    #submit(event) {
        event.preventDefault();
        const name = byId('name').value.trim();
        const site = byId('site').value.trim();
        if (!name) {
            this.#complain(true);
            byId('name').focus();
            return;
        }
        remember('name', name);
        remember('site', site);
        if (!this.#joining) this.onJoin(name, site);
    }

    /** @param {boolean} missing */
    #complain(missing) {
        byId('name-wrong').hidden = !missing;
        byId('name').setAttribute('aria-invalid', String(missing));
    }

    #watchLevel() {
        if (!this.isShown) return;
        const level = this.devices.microphoneOn ? this.#meter.level : 0;
        const lit = Math.round(level * METER_BARS);
        [...byId('meter-bars').children].forEach((bar, index) => bar.classList.toggle('lit', index < lit));
        byId('meter').setAttribute('aria-valuenow', String(Math.round(level * 100)));
        requestAnimationFrame(() => this.#watchLevel());
    }

    async #draw() {
        if (!this.isShown) return;
        const { devices } = this;
        const { microphone, camera, microphoneOn, cameraOn } = devices;
        const video = byId('preview');
        if ((video.srcObject?.getTracks()[0] ?? null) !== camera) {
            video.srcObject = camera ? new MediaStream([camera]) : null;
        }
        byId('preview-empty').hidden = Boolean(camera);
        byId('preview-words').textContent = t(
            !this.#opened && cameraOn ? 'lobby.opening' : cameraOn ? 'lobby.camera.none' : 'lobby.camera.off');
        if (this.#heard !== (microphone?.id ?? '')) {
            this.#heard = microphone?.id ?? '';
            this.#meter.listen(microphone);
        }
        drawSwitch('preview-mic', microphoneOn && Boolean(microphone), 'mic');
        drawSwitch('preview-cam', cameraOn && Boolean(camera), 'camera');
        const trouble = deviceTrouble(devices);
        byId('device-trouble').textContent = trouble;
        byId('device-trouble').hidden = !trouble;
        byId('join').disabled = this.#joining;
        byId('join').textContent = t(
            this.#joining ? 'lobby.joining' : this.#opened && !microphone && !camera ? 'lobby.listen' : 'lobby.join');
        this.#drawChecks();
        await this.#drawChoices();
    }

    async #drawChoices() {
        const lists = await this.devices.list();
        for (const [kind, list] of Object.entries(KINDS)) {
            const options = lists[list].filter((device) => device.deviceId !== 'default')
                .map((device, index) => h('option', { value: device.deviceId, text: device.label || `${t(`device.${kind}`)} ${index + 1}` }));
            const isEmpty = options.length === 0;
            const select = byId(`choose-${kind}`);
            select.replaceChildren(
                h('option', { value: '', text: t(isEmpty && kind !== 'speaker' ? 'device.none' : 'device.default') }), ...options);
            const used = kind === 'microphone' ? this.devices.microphone?.getSettings().deviceId
                : kind === 'camera' ? this.devices.camera?.getSettings().deviceId : undefined;
            const chosen = used && used !== 'default' ? used : recall(kind);
            select.value = options.some((option) => option.value === chosen) ? chosen : '';
            select.disabled = isEmpty;
        }
    }

    async #playSpeaker() {
        if (this.#playing) return;
        this.#playing = true;
        this.#drawChecks();
        await playChime(this.devices.speakerId);
        this.#playing = false;
        this.#drawChecks();
    }

    async #testLine() {
        if (this.#testing) return;
        this.#testing = true;
        this.#line = null;
        const bar = byId('line-progress').firstElementChild;
        bar.style.width = '0';
        this.#drawChecks();
        this.#line = await testLine((fraction) => { bar.style.width = `${Math.round(fraction * 100)}%`; });
        this.#testing = false;
        this.#drawChecks();
    }

    #drawChecks() {
        byId('speaker-words').textContent = t(this.#playing ? 'speaker.playing' : 'speaker.words');
        byId('speaker-test').disabled = this.#playing;
        const line = this.#line;
        const words = byId('line-words');
        words.textContent = t(this.#testing ? 'line.running' : line ? `line.${line.verdict}` : 'line.words');
        words.className = line ? `verdict ${line.verdict}` : '';
        byId('line-test').disabled = this.#testing;
        byId('line-test').textContent = t(line ? 'line.again' : 'line.start');
        byId('line-progress').hidden = !this.#testing;
        const figures = byId('line-figures');
        figures.hidden = !line || line.verdict === 'failed';
        if (!line) return;
        figures.replaceChildren(
            ...figure('line.path', (line.protocol ?? '–').toUpperCase()), ...figure('line.rate', rateWords(line.kbps)),
            ...figure('line.rate.down', line.down === null ? '–' : rateWords(line.down)),
            ...figure('line.rtt', line.rtt === null ? '–' : `${line.rtt} ms`),
            ...figure('line.loss', line.loss === null ? '–' : shareWords(line.loss)));
    }
}

/** @param {string} key @param {string} value */
function figure(key, value) {
    return [h('div', {}, h('dt', { text: t(key) }), h('dd', { text: value }))];
}

/** @param {string} id @param {boolean} on @param {'mic'|'camera'} kind */
function drawSwitch(id, on, kind) {
    const button = byId(id);
    const label = t(`${kind === 'mic' ? 'mic' : 'cam'}.${on ? 'off' : 'on'}`);
    button.replaceChildren(icon(on ? kind : `${kind}-off`));
    button.setAttribute('aria-pressed', String(on));
    button.setAttribute('aria-label', label);
    button.title = label;
}

/**
 * What is wrong with the devices, as one sentence; empty when nothing is.
 * @param {import('./devices.js').Devices} devices
 */
function deviceTrouble(devices) {
    const { microphone, camera } = devices.trouble;
    if (microphone === 'insecure') return t('trouble.insecure');
    if (microphone && camera && devices.cameraOn) {
        return microphone === camera ? t(`trouble.${microphone}`) : `${t(`trouble.${microphone}.microphone`)} ${t(`trouble.${camera}.camera`)}`;
    }
    if (microphone) return t(`trouble.${microphone}.microphone`);
    return camera && devices.cameraOn ? t(`trouble.${camera}.camera`) : '';
}
