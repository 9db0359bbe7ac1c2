// The list of who is here.
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';
import { initials, qualityBars } from './tile.js';

/** @param {import('./room-state.js').RoomState} state */
export function drawPeople(state) {
    byId('people-title').textContent = t('people.count', { count: state.present.length });
    if (byId('people').hidden) return;
    byId('people-list').replaceChildren(...state.present.map((participant) => {
        const name = participant.name || t('tile.unnamed');
        const isMuted = !participant.tracks.microphone;
        const sign = h('span', { class: isMuted ? 'mic-sign' : 'mic-sign on', role: 'img', 'aria-label': t(isMuted ? 'tile.mic.off' : 'mic.short') },
            icon(isMuted ? 'mic-off' : 'mic'));
        return h('li', { class: state.speakers.includes(participant.id) && !isMuted ? 'speaking' : '' },
            h('span', { class: 'initials', 'aria-hidden': 'true', text: initials(participant.name || participant.site) }),
            h('span', { class: 'people-words' },
                h('strong', { text: participant.self ? t('tile.you', { name }) : name }),
                participant.site ? h('span', { text: participant.site }) : null),
            qualityBars(participant.quality), sign);
    }));
}
