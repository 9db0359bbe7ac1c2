// Where tiles go: arithmetic only.

const RATIO = 16 / 9;
const PER_PAGE = 9;
/** On a large field: as many as there are video slots, and the others as stills. */
const PER_LARGE_PAGE = 16;
const LARGE_TILE = 260;
const STRIP_MOST = 8;

/** @typedef {{left: number, top: number, width: number, height: number}} Box in CSS pixels */

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
 * @returns {{columns: number, rows: number, width: number, height: number}}
 */
function bestGrid(count, width, height, gap) {
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
    if (count > PER_PAGE) {
        const many = Math.min(count, PER_LARGE_PAGE);
        if (bestGrid(many, width, height, gap).width >= LARGE_TILE) return many;
    }
    const least = width < 640 ? 150 : 220;
    for (let size = Math.min(count, PER_PAGE); size > 1; size -= 1) {
        if (bestGrid(size, width, height, gap).width >= least) return size;
    }
    return 1;
}

/**
 * Boxes of `count` tiles in rows, in the middle of a field.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @returns {Box[]}
 */
export function gridBoxes(count, width, height, gap) {
    const grid = bestGrid(count, width, height, gap);
    const rows = Math.ceil(count / grid.columns);
    const top = (height - rows * (grid.height + gap) + gap) / 2;
    return Array.from({ length: count }, (_, index) => {
        const row = Math.floor(index / grid.columns);
        const inRow = Math.min(grid.columns, count - row * grid.columns);
        const left = (width - inRow * (grid.width + gap) + gap) / 2;
        return {
            left: left + (index % grid.columns) * (grid.width + gap), top: top + row * (grid.height + gap),
            width: grid.width, height: grid.height,
        };
    });
}

/**
 * Two fields: the main picture, and a strip beside it (below it on an upright screen).
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @param {number} pager what the pager takes from a strip at the side
 * @returns {{size: number, strip: number, field: Box, boxes: (count: number) => Box[]}} `size` tiles fit into the strip
 */
export function stripBoxes(width, height, gap, pager) {
    const upright = width < height * 1.2;
    // Upright, at least three fit beside each other, with the pager above them; else the pager is below them.
    const strip = upright ? Math.min(120, height * 0.22, (width - 2 * gap) / 3 / RATIO) : Math.min(236, width * 0.2);
    const each = upright ? strip * RATIO : strip / RATIO;
    const length = upright ? width + 1 : height - pager;
    const size = Math.max(1, Math.min(STRIP_MOST, Math.floor((length + gap) / (each + gap))));
    const field = {
        left: 0, top: 0, width: upright ? width : width - strip - gap, height: upright ? height - strip - gap : height,
    };
    const boxes = (/** @type {number} */ count) => {
        const begin = upright ? Math.max(0, (width - count * (each + gap) + gap) / 2) : 0;
        return Array.from({ length: count }, (_, index) => ({
            left: upright ? begin + index * (each + gap) : width - strip,
            top: upright ? height - strip : index * (each + gap),
            width: upright ? each : strip, height: upright ? strip : each,
        }));
    };
    return { size, strip, field, boxes };
}

/**
 * A column of pictures beside a page (a row of them on an upright screen).
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @param {number} pager what the pager takes of a column
 * @returns {{size: number, boxes: (count: number) => Box[]}} `size` tiles fit
 */
export function columnBoxes(width, height, gap, pager) {
    const isRow = width > height * 1.2;
    const tile = isRow ? { width: height * RATIO, height } : { width, height: width / RATIO };
    const each = isRow ? tile.width : tile.height;
    const size = Math.max(1, Math.floor(((isRow ? width : height - pager) + gap) / (each + gap)));
    const boxes = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => ({
        left: isRow ? index * (each + gap) : 0, top: isRow ? 0 : index * (each + gap), ...tile,
    }));
    return { size, boxes };
}

/** The largest 16:9 in a field, in its middle. @param {Box} field @returns {Box} */
export function fit({ left, top, width, height }) {
    const wide = Math.min(width, height * RATIO);
    const high = wide / RATIO;
    return { left: left + (width - wide) / 2, top: top + (height - high) / 2, width: wide, height: high };
}

/** Two equal pictures in a field, beside each other, or one above the other where that is larger. @param {Box} field @param {number} gap @returns {[Box, Box]} */
export function halves({ left, top, width, height }, gap) {
    const beside = fit({ left: 0, top: 0, width: (width - gap) / 2, height });
    const above = fit({ left: 0, top: 0, width, height: (height - gap) / 2 });
    const isBeside = beside.width >= above.width;
    const one = isBeside ? beside : above;
    const at = (/** @type {number} */ index) => ({
        left: isBeside ? left + index * (one.width + gap) + (width - 2 * one.width - gap) / 2 : left + (width - one.width) / 2,
        top: isBeside ? top + (height - one.height) / 2 : top + index * (one.height + gap) + (height - 2 * one.height - gap) / 2,
        width: one.width, height: one.height,
    });
    return [at(0), at(1)];
}
