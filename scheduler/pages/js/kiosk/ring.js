// The ring: a full screen and a sound, answered by any key, or by itself after five seconds.
import { byId } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { recall } from '/assets/js/settings.js';
import { audioContext, useSpeaker } from '/assets/js/sound.js';

const RING_SECONDS = 5;
const STEP_MS = 250;

/** @type {{end: () => void, id: string}|null} */
let ringing = null;

/** The alert that rings now, as `id:rings`; empty when none does. */
export const ringingNow = () => ringing?.id ?? '';

/**
 * Rings until somebody presses a key or the time is over.
 * @param {{id: string, kind: string, title: string, message: string}} alert
 * @returns {Promise<void>} when it is to be answered
 */
export function ring(alert) {
    ringing?.end();
    const panel = byId('ring');
    panel.dataset.kind = alert.kind;
    byId('ring-kind').textContent = t(alert.kind === 'technician' ? 'kiosk.ring.technician' : 'kiosk.ring.emergency');
    byId('ring-title').textContent = alert.title;
    byId('ring-message').textContent = alert.message;
    panel.hidden = false;
    // A frame with a call has the keyboard.
    window.focus();
    panel.focus();
    const silence = alarm();
    const ends = performance.now() + RING_SECONDS * 1000;
    return new Promise((resolve) => {
        const count = () => {
            const left = Math.ceil((ends - performance.now()) / 1000);
            byId('ring-count').textContent = t('kiosk.ring.count', { n: Math.max(0, left) });
            if (left <= 0) answer();
        };
        const answer = () => {
            end();
            resolve();
        };
        const end = () => {
            if (ringing?.end !== end) return;
            ringing = null;
            clearInterval(timer);
            removeEventListener('keydown', answer, true);
            removeEventListener('pointerdown', answer, true);
            silence();
            panel.hidden = true;
        };
        const timer = setInterval(count, STEP_MS);
        ringing = { end, id: alert.id };
        addEventListener('keydown', answer, true);
        addEventListener('pointerdown', answer, true);
        count();
    });
}

/** Takes the notice away: somebody else has answered, or it was called off. */
export function endRing() {
    ringing?.end();
}

/** Two tones that rise and fall, through the chosen loudspeaker. @returns {() => void} what ends it */
function alarm() {
    const audio = audioContext();
    const outlet = audio.createMediaStreamDestination();
    const tone = new OscillatorNode(audio, { type: 'triangle', frequency: 880 });
    const gain = new GainNode(audio, { gain: 0.5 });
    const start = audio.currentTime;
    for (let step = 0; step < RING_SECONDS * 4; step += 1) {
        tone.frequency.setValueAtTime(step % 2 ? 660 : 880, start + step * 0.25);
    }
    tone.connect(gain).connect(outlet);
    tone.start();
    const element = new Audio();
    element.srcObject = outlet.stream;
    void useSpeaker(element, recall('speaker')).then(() => element.play()).catch(() => undefined);
    return () => {
        tone.stop();
        element.srcObject = null;
    };
}
