// What a device must know after a power cut: its token and its devices. Browsers write localStorage to the disk when they
// find the time, some seconds later; a strict transaction (Indexed Database API 3.0 §2.7.1) is on the disk when it ends.
import { recall, remember } from '/assets/js/settings.js';

const NAME = 'giaoban.site';
const SHELF = 'kept';
const KEYS = ['kiosk-token', ...['camera', 'microphone', 'speaker'].flatMap((kind) => [kind, `${kind}.label`])];

/** @returns {Promise<IDBDatabase>} */
function open() {
    return new Promise((resolve, reject) => {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
    });
}

/** Puts on the disk what localStorage holds of it now; storage that is refused changes nothing else. */
export async function keepSettings() {
    try {
        const database = await open();
        const writing = database.transaction(SHELF, 'readwrite', { durability: 'strict' });
        for (const key of KEYS) writing.objectStore(SHELF).put(recall(key), key);
        await new Promise((resolve) => { writing.oncomplete = writing.onabort = resolve; });
        database.close();
    } catch {
        // Then only localStorage keeps it.
    }
}

/** Brings back what localStorage has lost. */
export async function restoreSettings() {
    try {
        const database = await open();
        const shelf = database.transaction(SHELF).objectStore(SHELF);
        await Promise.all(KEYS.map((key) => new Promise((resolve) => {
            const asked = shelf.get(key);
            asked.onsuccess = () => {
                if (typeof asked.result === 'string' && asked.result && !recall(key)) remember(key, asked.result);
                resolve(undefined);
            };
            asked.onerror = () => resolve(undefined);
        })));
        database.close();
    } catch {
        // A first start, or storage that is refused.
    }
}
