// The view behind F2, in which a technician chooses camera, microphone and loudspeaker, and the field for the site's token.
import { KINDS, findDevice, rememberDevice } from '/assets/js/device-memory.js';
import { byId, h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { recall } from '/assets/js/settings.js';
import { playChime } from '/assets/js/sound.js';

/** 43 characters of base64url. */
const TOKEN = /[A-Za-z0-9_-]{43}/;

/** A token out of what somebody has pasted, typed or scanned: the token itself, or an address that ends in `#token=…`. @param {string} text */
export function tokenIn(text) {
    const trimmed = text.replace(/\s+/g, '');
    const named = trimmed.match(/token=([A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/);
    if (named) return named[1];
    return trimmed.length === 43 && TOKEN.test(trimmed) ? trimmed : '';
}

export class Setup {
    /**
     * @param {{changed: () => void, otherToken: () => void, closed: () => void}} handlers `changed`: other devices were
     *     chosen; `otherToken`: the site is to be another one
     */
    constructor(handlers) {
        const dialog = /** @type {HTMLDialogElement} */ (byId('setup'));
        this.dialog = dialog;
        byId('setup-close').addEventListener('click', () => dialog.close());
        byId('setup-token').addEventListener('click', () => {
            dialog.close();
            handlers.otherToken();
        });
        byId('setup-sound').addEventListener('click', () => void playChime(recall('speaker')));
        dialog.addEventListener('close', handlers.closed);
        dialog.addEventListener('keydown', (event) => {
            if (event.key !== 'F2') return;
            event.preventDefault();
            event.stopPropagation();
            dialog.close();
        });
        for (const kind of /** @type {import('/assets/js/device-memory.js').Kind[]} */ (Object.keys(KINDS))) {
            const select = byId(`setup-${kind}`);
            select.addEventListener('change', async () => {
                const list = await this.#list(kind);
                rememberDevice(kind, list.find((device) => device.deviceId === select.value) ?? null);
                handlers.changed();
            });
        }
        navigator.mediaDevices?.addEventListener?.('devicechange', () => { if (dialog.open) void this.#draw(); });
    }

    async open() {
        if (this.dialog.open) return;
        this.dialog.showModal();
        await this.#draw();
    }

    /** @param {import('/assets/js/device-memory.js').Kind} kind */
    async #list(kind) {
        const all = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
        return all.filter((device) => device.kind === KINDS[kind] && device.deviceId && device.deviceId !== 'default');
    }

    async #draw() {
        for (const kind of /** @type {import('/assets/js/device-memory.js').Kind[]} */ (Object.keys(KINDS))) {
            const list = await this.#list(kind);
            const select = byId(`setup-${kind}`);
            const chosen = findDevice(kind, list)?.deviceId ?? '';
            const label = recall(`${kind}.label`);
            select.replaceChildren(
                h('option', { value: '', text: !chosen && label ? t('kiosk.setup.gone', { label }) : t('kiosk.setup.any') }),
                ...list.map((device, index) => h('option', { value: device.deviceId, text: device.label || String(index + 1) })));
            select.value = chosen;
        }
    }
}
