// The page of an unattended site, at /site: waits, joins by itself, comes back by itself.
//
// The address may bring the token of the site's device: /site#token=…; it is kept, and taken out of the address.
//
// window.giaobanSite, for tests:
//   phase     'register', 'standby', 'joining' or 'call'
//   beat      what the call's page last said: {phase, broken, room, others}
//   renewals  how often the call's page was made anew
//   server    whether the server was in reach when it was last asked
import { byId, fillIcons } from '/assets/js/dom.js';
import { onLanguage, startLanguage, t } from '/assets/js/i18n.js';
import { recall, remember } from '/assets/js/settings.js';
import { setWay } from '/assets/js/papers/page-store.js';
import { Prefetch } from '/assets/js/papers/prefetch.js';
import { Alerts } from './alerts.js';
import { CallFrame } from './call-frame.js';
import { keepSettings, restoreSettings } from './keep.js';
import { askForToken, hideRegister } from './register.js';
import { endRing, ring, ringingNow } from './ring.js';
import { SelfCheckTimes } from './self-check-times.js';
import { localNow, serverNow, setServerTime, unixOf } from './server-clock.js';
import { Setup, tokenIn } from './setup.js';
import { Refused, SiteClient } from './site-client.js';
import { drawCheck, drawClock, drawComing, drawDevices, drawPapers, drawServer, drawSite } from './standby.js';
import { TestPicture } from './test-picture.js';

/** How often the server is asked, and how often while it does not answer. */
const POLL_MS = 5000;
const RETRY_MS = 2000;
/** One question that was not answered may have waited behind the pictures of a call on a thin line. */
const MISSES = 2;
/** A token that is refused so often in a row is worth nothing; once may be a server that is starting. */
const REFUSALS = 3;
/** After its end a meeting in which nobody else is left is over. */
const ALONE_MS = 60_000;
/** A technician who has hung up does not come back. */
const TALK_ALONE_MS = 20_000;

/** @typedef {{occurrence: number|null, title: string, kind: 'meeting'|'emergency'|'technician'}} Call */

const client = new SiteClient('');
/** @type {import('./standby.js').SitePage|null} */
let page = null;
const server = { isThere: false, since: Date.now(), roundTrip: /** @type {number|null} */ (null) };
/** The call that the site is in, or is on its way into. @type {Call|null} */
let call = null;
/** Meetings that this site has seen end. @type {Set<number>} */
const over = new Set();
let aloneSince = 0;
let hadCompany = false;
let refusals = 0;
let misses = 0;
let isEntering = false;
let callBegan = 0;
/** @type {number|undefined} */
let pollTimer;
/** @type {Alerts|null} */
let alerts = null;
/** The alerts of rooms that are open. */
let openRooms = '';
/** Alerts that were answered here, as `id:rings`. @type {Set<string>} */
const answered = new Set();

const picture = new TestPicture(draw);
const frame = new CallFrame(byId('call-place'), () => server.isThere);
const check = new SelfCheckTimes({ post: (path, body) => client.ask(path, { body, limit: 30_000 }), done: draw });
const papers = new Prefetch({ ask: () => client.ask('/api/papers/coming'), isBusy: () => Boolean(call) || isEntering || !client.token });
const setup = new Setup({
    changed: () => {
        void keepSettings();
        void picture.memory.mend();
    },
    otherToken: () => askForToken(useToken),
    closed: () => byId('call-place').querySelector('iframe')?.focus(),
});

function phase() {
    if (!byId('register').hidden) return 'register';
    if (!call) return 'standby';
    return frame.beat?.phase === 'live' ? 'call' : 'joining';
}

function draw() {
    const now = phase();
    byId('standby').hidden = now === 'register';
    // Until the call stands the screen shows what it is doing.
    byId('call-place').classList.toggle('is-waiting', now !== 'call');
    byId('standby').inert = now === 'call';
    if (page) drawSite(page);
    drawServer(server);
    drawDevices(picture.devices);
    drawCheck();
    drawPapers(papers);
    tick();
}

function tick() {
    drawClock(page?.site.name ?? '');
    drawComing(page, call ? call.title : '');
}

// MARK: The server

async function poll() {
    clearTimeout(pollTimer);
    if (!client.token) return;
    const asked = performance.now();
    let pause = POLL_MS;
    try {
        const found = await client.site();
        // A proxy's own page says nothing of a site.
        if (!found?.site) throw new TypeError('not the answer that was asked for');
        setServerTime(found.now, asked, performance.now());
        server.roundTrip = performance.now() - asked;
        page = found;
        refusals = 0;
        reached();
        hideRegister();
        decide(asked);
        if (!call && !isEntering) void check.look(found);
    } catch (error) {
        pause = RETRY_MS;
        if (error instanceof Refused) {
            reached();
            if (error.status === 401) refused();
        } else {
            misses += 1;
            if (server.isThere && misses >= MISSES) {
                server.isThere = false;
                server.since = serverNow();
            }
        }
    }
    // First of all: whatever else goes wrong, the server is asked again.
    clearTimeout(pollTimer);
    pollTimer = setTimeout(() => void poll(), pause);
    // The first answer may already be a call, which wants the devices.
    if (!call && !isEntering) void picture.start();
    draw();
}

function reached() {
    misses = 0;
    if (server.isThere) return;
    server.isThere = true;
    frame.wake();
    alerts?.wake();
}

function refused() {
    refusals += 1;
    if (refusals < REFUSALS) return;
    leave();
    askForToken(useToken, t('kiosk.register.refused'));
}

/** @param {string} token */
function useToken(token) {
    remember('kiosk-token', token);
    void keepSettings();
    client.token = token;
    refusals = 0;
    hideRegister();
    leave();
    alerts?.stop();
    alerts = new Alerts(client, takeAlerts);
    void poll();
}

// MARK: Which call

/**
 * Goes where the server says that the site belongs now.
 * @param {number} asked `performance.now()` when it was asked: an answer from before a call began says nothing about it
 */
function decide(asked) {
    if (!page || isEntering || asked < callBegan) return;
    const open = page.join && !over.has(page.join.occurrence) ? page.join.occurrence : null;
    if (call?.kind === 'technician') {
        // A talk before the meeting goes on until that begins.
        const meeting = page.next.find((one) => one.occurrence === open);
        if (!meeting || serverNow() < unixOf(meeting.start)) return;
    }
    if (open === (call?.occurrence ?? null)) return;
    if (open !== null) void enter(open);
    else leave();
}

/** @param {number} occurrence */
async function enter(occurrence) {
    isEntering = true;
    try {
        const { url } = await client.join(occurrence);
        const meeting = page?.next.find((one) => one.occurrence === occurrence);
        openCall(url, { occurrence, title: meeting?.title ?? '', kind: 'meeting' });
    } catch {
        // The next look at the server, in seconds, tries again.
    } finally {
        isEntering = false;
    }
}

/** @param {string} url @param {Call} next */
function openCall(url, next) {
    call = next;
    callBegan = performance.now();
    papers.pause();
    aloneSince = 0;
    hadCompany = false;
    // Some cameras serve one page only.
    picture.stop();
    frame.open(url);
    draw();
}

function leave() {
    if (call) {
        call = null;
        frame.close();
        void picture.start();
    }
    draw();
}

frame.addEventListener('beat', () => {
    const beat = frame.beat;
    if (!call || !beat) return;
    if (beat.others > 0) hadCompany = true;
    if (beat.others > 0 || beat.phase !== 'live' || beat.broken) aloneSince = 0;
    else aloneSince ||= performance.now();
    const alone = aloneSince ? performance.now() - aloneSince : 0;
    const meeting = page?.next.find((one) => one.occurrence === call?.occurrence);
    if (call.kind === 'technician' ? hadCompany && alone > TALK_ALONE_MS
        : call.occurrence !== null && meeting && serverNow() > unixOf(meeting.end) && alone > ALONE_MS) {
        if (call.occurrence !== null) over.add(call.occurrence);
        leave();
        void poll();
    }
    draw();
});

// Its token has run out, or it was taken out of the room: the server says whether there is another way in.
frame.addEventListener('over', () => {
    leave();
    clearTimeout(pollTimer);
    pollTimer = setTimeout(() => void poll(), RETRY_MS);
});
frame.addEventListener('setup', () => void setup.open());

// MARK: Alerts

/** @param {import('./alerts.js').Alert[]} list */
function takeAlerts(list) {
    const key = (/** @type {import('./alerts.js').Alert} */ alert) => `${alert.id}:${alert.rings}`;
    // A room that was opened or closed: the server says where the site belongs now.
    const opened = list.filter((alert) => alert.kind === 'open').map((alert) => alert.id).join();
    if (opened !== openRooms) {
        openRooms = opened;
        void poll();
    }
    const due = list.filter((alert) => alert.kind !== 'open' && !alert.acknowledged && !answered.has(key(alert))
        // Who is in a meeting is not called out of it for a talk.
        && (alert.kind === 'emergency' || call?.kind !== 'meeting'));
    const first = due.find((alert) => alert.kind === 'emergency') ?? due[0];
    if (!first) {
        if (ringingNow() && !list.some((alert) => key(alert) === ringingNow() && !alert.acknowledged)) endRing();
        return;
    }
    if (ringingNow() === key(first)) return;
    if (call && call.occurrence !== null && call.occurrence === first.occurrence) {
        answered.add(key(first));
        void client.acknowledge(first.id).catch(() => answered.delete(key(first)));
        return;
    }
    void ring({ id: key(first), kind: first.kind, title: first.title, message: first.message })
        .then(() => answer(first, key(first)));
}

/** @param {import('./alerts.js').Alert} alert @param {string} key */
async function answer(alert, key) {
    answered.add(key);
    for (;;) {
        try {
            const { url } = await client.acknowledge(alert.id);
            if (url) {
                openCall(url, {
                    occurrence: alert.occurrence ?? null, title: alert.title,
                    kind: alert.kind === 'technician' ? 'technician' : 'emergency',
                });
            }
            void poll();
            return;
        } catch (error) {
            // Called off, or answered by somebody at a desk.
            if (error instanceof Refused && error.status < 500) return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
}

// MARK: Papers

setWay({ headers: () => ({ Authorization: `Bearer ${client.token}` }) });
papers.addEventListener('progress', () => drawPapers(papers));
papers.start();

// MARK: The page itself

addEventListener('online', () => void poll());
addEventListener('offline', () => void poll());
addEventListener('keydown', (event) => {
    if (event.key !== 'F2' || phase() === 'register') return;
    event.preventDefault();
    void setup.open();
});
addEventListener('hashchange', () => takeTokenFromAddress());

function takeTokenFromAddress() {
    const token = tokenIn(location.hash);
    if (!token) return;
    history.replaceState(null, '', location.pathname + location.search);
    if (token !== client.token) useToken(token);
}

/** A page that runs for months is fetched anew at night, with what the server has new. */
const started = performance.now();
setInterval(() => {
    tick();
    if (localNow().slice(11, 13) === '03' && performance.now() - started > 2 * 3_600_000 && !call && server.isThere
        && client.token && !ringingNow()) location.reload();
}, 1000);

async function keepScreenOn() {
    await navigator.wakeLock?.request('screen').catch(() => undefined);
}
document.addEventListener('visibilitychange', () => { if (!document.hidden) void keepScreenOn(); });

Object.defineProperty(window, 'giaobanSite', {
    value: {
        get phase() { return phase(); },
        get beat() { return frame.beat; },
        get renewals() { return frame.renewals; },
        get server() { return server.isThere; },
    },
});

fillIcons();
await Promise.all([startLanguage(), restoreSettings()]);
onLanguage(draw);
draw();
void keepScreenOn();
takeTokenFromAddress();
if (!client.token) {
    const kept = recall('kiosk-token');
    if (kept) useToken(kept);
    else askForToken(useToken);
    draw();
}
