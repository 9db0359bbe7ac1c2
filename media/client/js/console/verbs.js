// What a leader does with seats: one table for the buttons of the list and for the command palette.
import { seatWords } from '../conduct-words.js';
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { area, ask, askReason, choice, field } from './controls.js';

/** @typedef {{id: string, icon: string, most: number, least?: number, danger?: boolean, fits?: (seat: any) => boolean, run: (console: import('./panel.js').Console, seats: any[]) => void}} Verb `most`: seats at once; `fits`: whether it makes sense for a seat */

/** States that a hand may set. */
const STATES = ['present', 'late', 'absent', 'delegated'];
const MANY = Infinity;

/** @type {Verb[]} in the order in which they are wanted */
export const VERBS = [
    { id: 'give', icon: 'floor', most: 1, run: ({ conduct }, [{ seat }]) => void conduct.act('floor.give', { seat, ...turn(conduct) }) },
    { id: 'stage', icon: 'speaker', most: 1, run: ({ conduct }, [{ seat }]) => void conduct.act('stage', { seats: [seat], layout: 'speaker' }) },
    { id: 'pair', icon: 'pair', most: 2, least: 2, run: ({ conduct }, seats) => void conduct.act('stage', { seats: ids(seats), layout: 'pair' }) },
    { id: 'group', icon: 'grid', most: 4, least: 3, run: ({ conduct }, seats) => void conduct.act('stage', { seats: ids(seats), layout: 'grid' }) },
    { id: 'mute', icon: 'mic-off', most: MANY, run: ({ conduct }, seats) => void conduct.act('mute', { seats: ids(seats), hold: false }) },
    { id: 'hold', icon: 'lock', most: MANY, run: ({ conduct }, seats) => void conduct.act('mute', { seats: ids(seats), hold: true }) },
    { id: 'unmute', icon: 'mic', most: MANY, run: ({ conduct }, seats) => void conduct.act('unmute', { seats: ids(seats) }) },
    { id: 'word', icon: 'chat', most: 1, run: ({ write }, [seat]) => write(seat) },
    { id: 'roll', icon: 'roll', most: MANY, run: ({ conduct }, seats) => void correct(conduct, seats) },
    { id: 'readmit', icon: 'door', most: 1, fits: ({ removed }) => removed, run: ({ conduct }, [{ seat }]) => void conduct.act('readmit', { seat }) },
    { id: 'remove', icon: 'close', most: 1, danger: true, fits: ({ removed }) => !removed, run: ({ conduct }, seats) => void remove(conduct, seats[0]) },
];

/** @param {any[]} seats @returns {string[]} */
function ids(seats) {
    return seats.map(({ seat }) => seat);
}

/** @param {import('../conduct.js').Conduct} conduct */
function turn(conduct) {
    const seconds = conduct.meeting?.policy?.seconds ?? 0;
    return seconds ? { seconds } : {};
}

/**
 * The roll by hand: what is true, and why the machine did not know.
 * @param {import('../conduct.js').Conduct} conduct @param {any[]} seats
 */
export async function correct(conduct, seats) {
    const found = await ask(t('roll.correct'), () => {
        const state = choice(STATES.map((one) => [one, t(`roll.${one}`)]), seats[0]?.roll === 'absent' || seats[0]?.roll === 'expected' ? 'present' : 'absent');
        const reason = area({ maxlength: 300, placeholder: t('roll.reason.example') });
        return {
            fields: [h('p', { text: seats.length > 4 ? t('roll.correct.many', { count: seats.length }) : seatWords(seats) }), field(t('roll.state'), state), field(t('roll.reason'), reason, t('roll.reason.note'))],
            read: () => (reason.value.trim() ? { state: state.value, reason: reason.value.trim() } : null),
            yes: t('roll.correct.yes'),
        };
    });
    if (!found) return;
    // One after the other: the server takes only so many acts at once.
    for (const { seat } of seats) if (!(await conduct.act('roll.correct', { seat, ...found })).done) return;
}

/** @param {import('../conduct.js').Conduct} conduct @param {any} seat */
async function remove(conduct, seat) {
    const found = await askReason(t('remove.title', { name: seat.name }), t('remove.words'), t('remove.reason'), t('remove.yes'));
    if (found) void conduct.act('remove', { seat: seat.seat, ...found });
}
