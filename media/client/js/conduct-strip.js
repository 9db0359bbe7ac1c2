// The strip below the title: which item, who speaks and how long, who waits, and what one's own place is.
import { floorTimer, itemTimer, seatWords } from './conduct-words.js';
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';

/** One part of the strip: a sign, words, a time; pressed, it opens what it tells of. */
class Part {
    /** @param {string} name of the sign @param {() => void} open */
    constructor(name, open) {
        this.words = h('span', { class: 'brief-words' });
        this.time = h('span', { class: 'brief-time' });
        this.element = h('button', { type: 'button', class: `brief brief-${name}`, hidden: true, click: open }, icon(name), this.words, this.time);
    }

    /** @param {string} words empty hides the part @param {{text: string, tone: string}} [timer] @param {string} [tone] */
    draw(words, timer = { text: '', tone: '' }, tone = '') {
        this.element.hidden = !words;
        if (this.words.textContent !== words) {
            this.words.textContent = words;
            this.element.title = words;
        }
        if (this.time.textContent !== timer.text) this.time.textContent = timer.text;
        this.element.dataset.timer = timer.tone;
        this.element.dataset.tone = tone;
    }
}

export class Strip {
    #said = '';

    /**
     * @param {import('./conduct.js').Conduct} conduct
     * @param {(tab: string) => void} open opens the panel at a tab
     */
    constructor(conduct, open) {
        this.conduct = conduct;
        this.root = byId('briefing');
        this.agenda = new Part('agenda', () => open('agenda'));
        this.floor = new Part('floor', () => open('floor'));
        this.queue = new Part('hand', () => open('floor'));
        this.vote = new Part('votes', () => open('votes'));
        this.chair = new Part('conduct', () => open('agenda'));
        this.done = h('button', { type: 'button', class: 'brief-act', hidden: true, click: () => void conduct.act('floor.done') });
        this.take = h('button', { type: 'button', class: 'brief-act', hidden: true, click: () => void conduct.act('chair.take') });
        this.recorded = h('span', { class: 'brief-words' });
        // A status: whoever hears the page is told, too, that it is recorded.
        this.recording = h('span', { id: 'recording', class: 'brief-recording', role: 'status', hidden: true }, h('span', { class: 'dot', 'aria-hidden': 'true' }), this.recorded);
        // Told only to those who lead.
        this.disk = h('span', { id: 'recording-disk', class: 'brief-note lost', role: 'alert', hidden: true });
        this.held = h('span', { class: 'brief-note', hidden: true });
        this.link = h('span', { class: 'brief-note lost', role: 'status', hidden: true });
        this.news = h('span', { class: 'visually-hidden', role: 'status' });
        this.root.append(this.recording, this.disk, this.agenda.element, this.floor.element, this.done, this.queue.element, this.vote.element, this.held,
            h('span', { class: 'spacer' }), this.link, this.chair.element, this.take, this.news);
    }

    draw() {
        const { conduct } = this;
        const { meeting, you, now } = conduct;
        this.root.hidden = !meeting;
        if (!meeting) return;
        this.root.setAttribute('aria-label', t('brief.label'));
        const agenda = conduct.get('agenda') ?? [];
        const at = agenda.findIndex((/** @type {any} */ item) => item.since);
        const item = agenda[at];
        const floor = conduct.get('floor');
        const own = conduct.ownTurn !== '';
        const state = meeting.state === 'open' ? '' : t(`brief.state.${meeting.state}`);
        this.agenda.draw(item ? t('brief.item', { number: at + 1, count: agenda.length, title: item.title }) : state,
            item ? itemTimer(item, now) : undefined);
        this.floor.draw(!floor ? '' : t(`brief.floor.${floor.state}`, { name: own ? t('stage.you') : seatWords(floor.seats) }),
            floor?.state === 'holds' ? floorTimer(floor, now) : undefined, own ? 'own' : floor ? 'live' : '');
        this.done.hidden = conduct.ownTurn !== 'holds';
        this.done.textContent = t('brief.done');
        this.#drawQueue();
        const open = (you.mayVote ?? []).length;
        this.vote.draw(open ? t('brief.vote', { count: open }) : '', undefined, 'own');
        // Who is silent only while somebody else speaks sees that already.
        this.held.hidden = !you.muted || (floor?.state === 'holds' && !own);
        this.held.textContent = t(you.hold ? 'brief.held' : 'brief.muted');
        this.chair.draw(meeting.chair ? t(meeting.acting ? 'brief.acting' : 'brief.chair', { name: meeting.chair.name }) : '');
        // The booked chair, handed over or come back, leads nothing meanwhile: the console has no button for it.
        this.take.hidden = !meeting.acting || conduct.leads || meeting.booked?.seat !== you.seat || meeting.state === 'ended';
        this.take.textContent = t('brief.take');
        this.#drawRecording();
        this.#drawLink();
        const news = [item ? this.agenda.words.textContent : '', floor ? this.floor.words.textContent : ''].filter(Boolean).join('. ');
        if (news !== this.#said) this.news.textContent = this.#said = news;
    }

    #drawQueue() {
        const { you } = this.conduct;
        const waiting = (this.conduct.get('queue') ?? []).length;
        this.queue.draw(you.hand ? t('brief.queue.own', { count: waiting, place: you.hand })
            : waiting ? t('brief.queue', { count: waiting }) : '', undefined, you.hand ? 'own' : '');
    }

    #drawRecording() {
        const state = this.conduct.get('recording')?.state ?? 'stopped';
        const words = state === 'stopped' ? '' : t(`brief.recording.${state}`);
        this.recording.hidden = !words;
        this.recording.dataset.state = state;
        if (this.recorded.textContent !== words) this.recorded.textContent = words;
        const disk = this.conduct.get('disk');
        const warning = disk ? t(`brief.disk.${disk.state}`, { minutes: disk.minutes ?? 0 }) : '';
        this.disk.hidden = !warning;
        if (this.disk.textContent !== warning) this.disk.textContent = warning;
    }

    #drawLink() {
        const { link, pending } = this.conduct;
        const text = link === 'lost' ? t(pending.length ? 'brief.lost.pending' : 'brief.lost', { count: pending.length })
            : link === 'refused' ? t('brief.refused') : '';
        this.link.hidden = !text;
        if (this.link.textContent !== text) this.link.textContent = text;
    }
}
