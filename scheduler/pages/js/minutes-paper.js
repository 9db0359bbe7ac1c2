// The minutes as they will be printed: the document's blocks on a sheet of paper.
import { h } from '/assets/js/dom.js';

/** @param {string} words */
const lines = (words) => words.split('\n').flatMap((line, index) => (index ? [h('br'), line] : [line]));

/** @param {any} signatory */
const signature = (signatory) => h('div', { class: 'paper-sign' }, h('p', { class: 'strong', text: signatory.position }), h('p', { class: 'strong', text: signatory.name }));

/** @param {any} block */
function drawTable(block) {
    return h('table', {}, h('thead', {}, h('tr', {}, ...block.columns.map((/** @type {any} */ column) => h('th', { scope: 'col', text: column.title })))),
        h('tbody', {}, ...block.rows.map((/** @type {string[]} */ row) => h('tr', {}, ...row.map((cell, index) => h('td', { class: block.columns[index].alignment }, ...lines(cell)))))));
}

/** @type {Record<string, (block: any) => HTMLElement>} */
const BLOCKS = {
    letterhead: (block) => h('div', { class: 'paper-head' },
        h('div', {}, block.superior ? h('p', { text: block.superior }) : null, h('p', { class: 'strong', text: block.agency }), h('i', { class: 'rule short' }), h('p', { text: block.number })),
        h('div', {}, h('p', { class: 'strong', text: 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' }), h('p', { class: 'strong', text: 'Độc lập - Tự do - Hạnh phúc' }), h('i', { class: 'rule' }), h('p', { class: 'slant', text: block.placeAndDate }))),
    title: (block) => h('div', { class: 'paper-title' }, h('p', { text: block.text }), h('p', { text: block.subject }), h('i', { class: 'rule short' })),
    section: (block) => h('h2', { text: block.text }),
    item: (block) => h('h3', { text: block.text }),
    paragraph: (block) => h('p', { class: 'text' }, block.label ? h('b', { text: block.label }) : null, block.label && block.text ? ' ' : null, ...lines(block.text)),
    remark: (block) => h('p', { class: 'text slant', text: block.text }),
    table: drawTable,
    signatures: (block) => h('div', { class: 'paper-foot' },
        h('div', { class: 'paper-signs' }, block.left ? signature(block.left) : h('div'), signature(block.right)),
        block.recipients.length ? h('div', { class: 'paper-copies' }, h('p', { class: 'strong slant', text: 'Nơi nhận:' }), ...block.recipients.map((/** @type {string} */ one) => h('p', { text: `- ${one}` }))) : null),
};

/** A sheet that is drawn anew where its document has changed, block by block. @param {string} label */
export function paper(label) {
    const sheet = h('article', { class: 'minutes-paper', lang: 'vi', tabindex: '0', 'aria-label': label });
    /** @type {string[]} */
    let drawn = [];
    return {
        sheet,
        /** @param {any} document */
        draw(document) {
            const texts = document.blocks.map((/** @type {any} */ block) => JSON.stringify(block));
            document.blocks.forEach((/** @type {any} */ block, /** @type {number} */ index) => {
                if (texts[index] === drawn[index]) return;
                const made = (BLOCKS[block.type] ?? BLOCKS.remark)(block);
                if (sheet.children[index]) sheet.children[index].replaceWith(made);
                else sheet.append(made);
            });
            while (sheet.children.length > texts.length) sheet.lastElementChild?.remove();
            drawn = texts;
        },
    };
}
