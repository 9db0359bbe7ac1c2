// Small ways to make and find elements.

/** Icon strokes on a 24 × 24 field. */
const ICONS = {
    mic: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z M5.5 11.5a6.5 6.5 0 0 0 13 0 M12 18v3',
    'mic-off': 'M4 4l16 16 M9 9v3a3 3 0 0 0 4.6 2.5 M15 11.5V6a3 3 0 0 0-5.7-1.3 M5.5 11.5a6.5 6.5 0 0 0 10.6 5 M18.5 11.5c0 .9-.2 1.7-.5 2.5 M12 18v3',
    camera: 'M4 6.5h10a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5z M15.5 10.5l6-3v9l-6-3',
    'camera-off': 'M3 3l18 18 M9.5 6.5H14A1.5 1.5 0 0 1 15.5 8v2.5l6-3v9l-2.5-1.3 M15.5 15.5V16a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5h2.5',
    screen: 'M4 4.5h16A1.5 1.5 0 0 1 21.5 6v9a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 15V6A1.5 1.5 0 0 1 4 4.5z M8.5 20h7 M12 13.5V8 M9.5 10L12 7.5 14.5 10',
    grid: 'M4 4.5h6.5v6.5H4z M13.5 4.5H20v6.5h-6.5z M4 13.5h6.5V20H4z M13.5 13.5H20V20h-6.5z',
    speaker: 'M3.5 4.5h17v10h-17z M3.5 17.5h4V20h-4z M10 17.5h4V20h-4z M16.5 17.5h4V20h-4z',
    people: 'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z M2.5 19.5c.6-3.2 3.2-5 6.5-5s5.900 1.800 6.500 5 M16 4.900a3.500 3.500 0 0 1 0 6.200 M18 14.900c1.900.8 3.100 2.400 3.500 4.600',
    full: 'M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5',
    leave: 'M3 13.500c0-5 18-5 18 0v1.500a1 1 0 0 1-1.200 1l-3.300-.7a1 1 0 0 1-.8-1v-2a13 13 0 0 0-7.400 0v2a1 1 0 0 1-.8 1L4.200 16A1 1 0 0 1 3 15z',
    help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.3-1 .8-1 1.500v.4 M12 17h.01',
    sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z M15.500 9a4 4 0 0 1 0 6 M18 6.500a8 8 0 0 1 0 11',
    line: 'M3 12h4l2.500-7 5 14 2.500-7h4',
    close: 'M6 6l12 12 M18 6L6 18',
    left: 'M14.500 5.500L8 12l6.500 6.500',
    right: 'M9.500 5.500L16 12l-6.500 6.500',
    pause: 'M9 6v12 M15 6v12',
    refresh: 'M20 11a8 8 0 0 0-14.500-3.500L4 9.500 M4 4.500v5h5 M4 13a8 8 0 0 0 14.500 3.500l1.500-2 M20 19.500v-5h-5',
    pin: 'M9 3.500h6 M10 3.500v6L6.500 13v1.500h11V13L14 9.500v-6 M12 14.500v6',
    still: 'M4.500 7.500h3.500l1.500-2h5l1.500 2h3.500a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1z M12 16a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
    frame: 'M9 6v12 M15 6v12',
    page: 'M6.500 3.500h7l4 4v13h-11z M13.500 3.500v4h4',
    reduced: 'M12 5v12 M6.500 12l5.500 5.500 5.500-5.500',
    slow: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17z M12 7.500V12l3 2',
    search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13z M15.500 15.500L20.500 20.500',
    check: 'M5 12.500l4.500 4.500L19 7.500',
};

/**
 * @param {keyof typeof ICONS | string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', ICONS[name] ?? '');
    svg.append(path);
    return svg;
}

/**
 * Makes an element. Keys of `attributes` that are functions become listeners; `text` becomes the text content.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string|null|undefined)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (key === 'text') element.textContent = value;
        else if (key === 'class') element.className = value;
        else if (typeof value === 'function') element.addEventListener(key, value);
        else element.setAttribute(key, value === true ? '' : String(value));
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/**
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
    return document.getElementById(id);
}

/** Fills every `<span data-icon="name">` under `root`. */
export function fillIcons(root = document) {
    for (const place of root.querySelectorAll('[data-icon]')) {
        place.replaceChildren(icon(place.getAttribute('data-icon') ?? ''));
    }
}

/** @param {number} milliseconds */
export function sleep(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
