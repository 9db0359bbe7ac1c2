// Before all modules, and none itself: a page of which a part did not come is dead and cannot say so. On a bad line that
// happens; the page then says it, and is asked for again, each time after a longer wait.
(() => {
    const counted = 'giaoban.loads';
    const longest = 15_000;
    let isOver = false;

    /** @returns {number} how often in a row it has not come whole */
    const failures = () => {
        try { return Number(sessionStorage.getItem(counted)) || 0; } catch { return 0; }
    };
    /** @param {number} count */
    const remember = (count) => {
        try { sessionStorage.setItem(counted, String(count)); } catch { /* without a memory every wait is the first */ }
    };

    function say() {
        const notice = document.createElement('p');
        notice.setAttribute('role', 'alert');
        notice.textContent = 'Đường truyền kém: trang chưa tải đủ, đang tự tải lại… · The line is bad: the page has not come whole and is being loaded again…';
        Object.assign(notice.style, { font: '1.1rem/1.5 system-ui, sans-serif', padding: '2rem', textAlign: 'center' });
        document.body.prepend(notice);
    }

    // Such events do not bubble, they can only be caught on their way down.
    addEventListener('error', (event) => {
        const part = event.target;
        const isNeeded = part instanceof HTMLScriptElement || part instanceof HTMLLinkElement && part.rel === 'stylesheet' && part.media !== 'print';
        if (!isNeeded || isOver) return;
        isOver = true;
        const count = failures();
        remember(count + 1);
        if (document.body) say();
        else addEventListener('DOMContentLoaded', say);
        setTimeout(() => location.reload(), Math.min(500 * 2 ** count, longest));
    }, true);
    // What parts of a page load later, in a call that goes on, they see to themselves.
    addEventListener('load', () => {
        if (!isOver) remember(0);
        isOver = true;
    });
})();
