// Recording the call: begin, pause, go on, end; and what the disk lasts for.
import { timeWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { button, confirm } from './controls.js';

export class RecordingPart {
    /** @param {import('../conduct.js').Conduct} conduct */
    constructor(conduct) {
        this.conduct = conduct;
        this.state = h('p', { class: 'lead-state' });
        this.disk = h('p', { class: 'wrong', role: 'alert' });
        this.begin = button(t('record.start'), () => void conduct.act('record.start'), { icon: 'play' });
        this.pause = button(t('record.pause'), () => void conduct.act('record.pause'), { icon: 'pause' });
        this.stop = button(t('record.stop'), () => void this.#stop(), { icon: 'stop' });
        this.element = h('section', { class: 'lead-part', id: 'record-part' }, h('h3', { text: t('record.title') }), this.state, this.disk, h('div', { class: 'cacts' }, this.begin, this.pause, this.stop));
    }

    draw() {
        const recording = this.conduct.get('recording');
        const disk = this.conduct.get('disk');
        const state = recording?.state ?? 'none';
        this.state.textContent = t(`record.is.${state}`, { since: timeWords(recording?.since ?? 0) });
        const words = disk ? t(`record.disk.${disk.state}`, { minutes: disk.minutes ?? 0 }) : '';
        if (this.disk.textContent !== words) this.disk.textContent = words;
        const isOpen = this.conduct.meeting?.state === 'open';
        this.begin.hidden = !isOpen || state === 'recording';
        this.begin.lastElementChild.textContent = t(state === 'paused' ? 'record.resume' : 'record.start');
        this.pause.hidden = !isOpen || state !== 'recording';
        this.stop.hidden = !isOpen || (state !== 'recording' && state !== 'paused');
    }

    async #stop() {
        if (await confirm(t('record.stop'), t('record.stop.words'), t('record.stop'), false)) void this.conduct.act('record.stop');
    }
}
