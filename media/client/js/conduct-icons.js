// Signs of conducting a briefing, drawn like the others (24 × 24, strokes).
import { icon } from './dom.js';

/** @type {Record<string, string>} */
const SIGNS = {
    hand: 'M8 12V5.500a1.500 1.500 0 0 1 3 0V11 M11 10.500V4a1.500 1.500 0 0 1 3 0v6.500 M14 11V5.500a1.500 1.500 0 0 1 3 0V15a6 6 0 0 1-6 6c-2.500 0-4-1.200-5.200-3.300L4 14.400a1.400 1.400 0 0 1 2.300-1.600L8 14.500',
    conduct: 'M4 20h16 M6 20v-5h12v5 M12 15V9 M8 9h8 M9.500 9a2.500 2.500 0 1 1 5 0',
    agenda: 'M9 6h11 M9 12h11 M9 18h11 M4.500 6h.01 M4.500 12h.01 M4.500 18h.01',
    floor: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z M6 11a6 6 0 0 0 12 0 M12 17v4 M8.500 21h7',
    roll: 'M5 4h14v17H5z M9 2.500h6v3H9z M8.500 13l2.500 2.500 4.500-5',
    sites: 'M12 21s-6.500-5.600-6.500-11a6.500 6.500 0 0 1 13 0c0 5.400-6.500 11-6.500 11z M12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
    door: 'M5 21V4.500A1.500 1.500 0 0 1 6.500 3h9A1.500 1.500 0 0 1 17 4.500V21 M3 21h18 M13.500 12.500h.01',
    votes: 'M4 13.500V20h16v-6.500 M4 13.500l2.500-4 M20 13.500l-2.500-4 M7.500 16.500h9 M8 4h8v9.500H8z M10 8.500l1.500 1.500L14.500 7',
    chat: 'M4 5h16v11H10l-4.500 4V16H4z',
    decisions: 'M6 3.500h8l4 4v13H6z M14 3.500v4h4 M9 12h6 M9 16h4',
    lead: 'M4 7h10 M18 7h2 M4 17h2 M10 17h10 M16 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z M8 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
    wide: 'M14.500 4H20v5.500 M20 4l-6.500 6.500 M9.500 20H4v-5.500 M4 20l6.500-6.500',
    narrow: 'M20 9.500h-5.500V4 M14.500 9.500L21 3 M4 14.500h5.500V20 M9.500 14.500L3 21',
    lock: 'M6 11h12v9.500H6z M8.500 11V8a3.500 3.500 0 0 1 7 0v3',
    send: 'M4 12l16-7.500L15.500 20l-4-6.500z',
    plus: 'M12 5v14 M5 12h14',
    play: 'M8 5.500v13l11-6.500z',
    stop: 'M7 7h10v10H7z',
    next: 'M6 5.500v13l9-6.500z M18 5.500v13',
    up: 'M12 19V5 M6 11l6-6 6 6',
    down: 'M12 5v14 M6 13l6 6 6-6',
    more: 'M6 12h.01 M12 12h.01 M18 12h.01',
    edit: 'M4 20l1-4L16.500 4.500a1.500 1.500 0 0 1 2 0l1 1a1.500 1.500 0 0 1 0 2L8 19z',
    clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z M12 7.500V12l3 2',
    open: 'M14 4h6v6 M20 4l-9 9 M18 14v6H4V6h6',
    fold: 'M9.500 5.500L16 12l-6.500 6.500',
};

/** @param {string} name one of the above, or of the page's other icons */
export function sign(name) {
    const path = SIGNS[name];
    const svg = icon(path ? '' : name);
    if (path) svg.firstElementChild?.setAttribute('d', path);
    return svg;
}
