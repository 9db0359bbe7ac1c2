// Strokes as numbers: x, y, x, y … in ten-thousandths of a page. Arithmetic only.

/** As many numbers as the server keeps of a stroke. */
const MOST = 240;
export const WHOLE = 10_000;

/** Colours that are read on white paper, in the order of their numbers. */
export const INK = ['#c8102e', '#0b57c2', '#0b7a3b', '#1b2624'];
export const HIGHLIGHT = ['#ffd400', '#7fdc6b', '#6fd0ff', '#ff9ec7'];

/** @param {number} value */
export function bounded(value) {
    return Math.min(WHOLE, Math.max(0, Math.round(value)));
}

/** A path for SVG. @param {number[]} points @returns {string} */
export function pathOf(points) {
    const [x, y, ...rest] = points;
    // A stroke of one point is a dot: a line without a length is drawn with round ends.
    let path = `M${x} ${y}L${x} ${y}`;
    for (let index = 0; index + 1 < rest.length; index += 2) path += ` ${rest[index]} ${rest[index + 1]}`;
    return path;
}

/** The same stroke by fewer points (Ramer, Douglas and Peucker). @param {number[]} points @returns {number[]} */
export function simplified(points) {
    for (let far = 8; ; far *= 2) {
        const found = reduce(points, far);
        if (found.length <= MOST) return found;
    }
}

/** @param {number[]} points @param {number} far no point is left out that lies farther from the line */
function reduce(points, far) {
    const count = points.length / 2;
    const isKept = new Uint8Array(count);
    isKept[0] = isKept[count - 1] = 1;
    const parts = [[0, count - 1]];
    while (parts.length) {
        const [from, to] = /** @type {[number, number]} */ (parts.pop());
        let [most, at] = [far, -1];
        for (let index = from + 1; index < to; index += 1) {
            const distance = distanceTo(points, index, from, to);
            if (distance > most) [most, at] = [distance, index];
        }
        if (at < 0) continue;
        isKept[at] = 1;
        parts.push([from, at], [at, to]);
    }
    /** @type {number[]} */
    const kept = [];
    for (let index = 0; index < count; index += 1) if (isKept[index]) kept.push(points[2 * index] ?? 0, points[2 * index + 1] ?? 0);
    return kept;
}

/** Of a point from the part of a line between two others. @param {number[]} points @param {number} index @param {number} from @param {number} to */
function distanceTo(points, index, from, to) {
    const at = (/** @type {number} */ one) => [points[2 * one] ?? 0, points[2 * one + 1] ?? 0];
    const [x = 0, y = 0] = at(index);
    const [ax = 0, ay = 0] = at(from);
    const [bx = 0, by = 0] = at(to);
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const along = length ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
    return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** How near a place is to a stroke. @param {number[]} points @param {number} x @param {number} y */
export function nearness(points, x, y) {
    const all = [...points, x, y];
    const last = all.length / 2 - 1;
    let nearest = Infinity;
    for (let index = 0; index < last; index += 1) {
        nearest = Math.min(nearest, distanceTo(all, last, index, Math.min(index + 1, last - 1)));
    }
    return nearest;
}
