// Small ways to make and find elements.
import { SIGNS } from './icons.js';

/**
 * @param {string} name one of `SIGNS`
 * @returns {SVGSVGElement}
 */
export function icon(name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', SIGNS[name] ?? '');
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
