// Where tiles go: arithmetic only.

export const RATIO = 16 / 9;
export const PER_PAGE = 9;

/** @param {number} width @param {number} height */
function tileRatio(width, height) {
    return width < height ? 4 / 3 : RATIO;
}

/**
 * The number of columns that makes `count` tiles largest in a field. On an upright screen tiles are 4:3, so that they fill it.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @returns {{columns: number, rows: number, width: number, height: number}} in CSS pixels
 */
export function bestGrid(count, width, height, gap) {
    const ratio = tileRatio(width, height);
    let best = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
    for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
        const rows = Math.ceil(Math.max(1, count) / columns);
        const room = { width: (width - gap * (columns - 1)) / columns, height: (height - gap * (rows - 1)) / rows };
        const tile = Math.min(room.width, room.height * ratio);
        if (tile > best.width + 0.5) best = { columns, rows, width: Math.floor(tile), height: Math.floor(tile / ratio) };
    }
    return best;
}

/**
 * How many tiles a page holds without becoming too small to recognise a face.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 */
export function pageSize(count, width, height, gap) {
    const least = width < 640 ? 150 : 220;
    for (let size = Math.min(count, PER_PAGE); size > 1; size -= 1) {
        if (bestGrid(size, width, height, gap).width >= least) return size;
    }
    return 1;
}

/**
 * How many tiles fit into a strip along one side.
 * @param {number} length of the strip
 * @param {number} each length of one tile along it
 * @param {number} gap
 */
export function stripSize(length, each, gap) {
    return Math.max(1, Math.min(PER_PAGE - 1, Math.floor((length + gap) / (each + gap))));
}
