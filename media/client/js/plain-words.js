// Names as people search for them.

/** Without diacritics and case, spaces one by one: "Chợ  Đồn" is "cho don". @param {string} text */
export function plainWords(text) {
    return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/\s+/g, ' ').trim();
}
