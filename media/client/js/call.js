// The call page: lobby, call, and what comes after, at /r/{room}.
//
// Query: name, site, lang (vi, en), autojoin=1 (no lobby), mic=0 and cam=0 (start muted, without picture), token,
// console=only (the meeting's console without the call, for a second screen), kiosk=1 (a room without anybody to click:
// unattended.js).
//
// window.giaoban, for tests and for unattended rooms:
//   peer           the RTCPeerConnection of the moment, or null
//   state          {participants: [{id, name, site, tracks, self}], slots: [{mid, participant, role}], speakers, self}
//   participantId  this side's id, or ''
//   phase          'idle', 'joining', 'live' or 'left'
//   rejoinCount    how often the page came back with a new connection
//   broken         whether the page says that the line is lost
//   papers         the viewer of papers (see papers/papers-in-call.js), or null while the meeting has none
//   conduct        what the meeting's server says and acts upon (see conduct.js), or null without a token
//   join(), leave(), shareScreen()   as by the buttons, without questions
import { ConductInCall } from './conduct-call.js';
import { Devices } from './devices.js';
import { byId, fillIcons } from './dom.js';
import { onLanguage, startLanguage, t } from './i18n.js';
import { LinePanel } from './line-panel.js';
import { Lobby } from './lobby.js';
import { Outlet } from './outlet.js';
import { PageSender } from './page-sender.js';
import { holdCall } from './papers/prefetch.js';
import { JoinRefused } from './peer.js';
import { People } from './people.js';
import { onReception } from './reception-choice.js';
import { Session } from './session.js';
import { recall, remember } from './settings.js';
import { Stage } from './stage.js';
import { StillSender } from './still-sender.js';
import { Toolbar, drawHelp } from './toolbar.js';
import { Unattended, isUnattended } from './unattended.js';

const query = new URLSearchParams(location.search);
const room = decodeURIComponent(location.pathname.split('/')[2] ?? '');
/** What people call the room: a booked meeting's title, which its page sends along. */
const roomTitle = (query.get('title') ?? '').slice(0, 200) || room;
const devices = new Devices();
const session = new Session(room, devices);
const stage = new Stage(session, devices);
const outlet = new Outlet(() => { if (!byId('sound-dialog').open) byId('sound-dialog').showModal(); });
const lobby = new Lobby(devices, (name, site) => void join(name, site));
const linePanel = new LinePanel(session, toast);
const people = new People(() => session.state);
const conduct = new ConductInCall({
    room, session, devices, toast, enter: (name, site) => void enter(name, site), giveUp: () => void showLobby(), leave, redraw: () => draw(),
});
new StillSender(session, devices);
new PageSender(session, devices);
/** @type {number|undefined} */
let toastTimer;
let elapsed = '';
/** Ends what tells other tabs that the line is a call's. @type {(() => void)|null} */
let releaseLine = null;

/** @param {string} text */
function toast(text) {
    clearTimeout(toastTimer);
    byId('toast').textContent = text;
    byId('toast').hidden = !text;
    toastTimer = setTimeout(() => { byId('toast').hidden = true; }, 2500 + text.length * 40);
}

/** @param {string} [name] @param {string} [site] */
async function join(name = recall('name'), site = recall('site')) {
    if (session.phase === 'joining' || session.phase === 'live') return;
    if (typeof RTCPeerConnection === 'undefined') {
        lobby.setJoining(false, t('join.unsupported'));
        return;
    }
    if (conduct.doors.holds(name, site)) {
        draw();
        return;
    }
    lobby.setJoining(true);
    try {
        await session.join(name, site);
        lobby.setJoining(false);
        linePanel.start();
        byId('call-room').focus();
    } catch (error) {
        if (error instanceof JoinRefused && await conduct.doors.explains(name, site)) {
            lobby.setJoining(false);
            draw();
            return;
        }
        if (!lobby.isShown) await showLobby();
        lobby.setJoining(false, refusalWords(error));
    }
}

/** The chair has let this seat in. @param {string} name @param {string} site */
async function enter(name, site) {
    await devices.open();
    await join(name, site);
}

/** @param {unknown} error */
function refusalWords(error) {
    if (!(error instanceof JoinRefused)) return t('join.unreachable');
    if (error.status === 409) return t('join.full');
    return t('join.refused', { message: error.message });
}

async function showLobby() {
    byId('left').hidden = true;
    byId('call').hidden = true;
    await lobby.show(roomTitle);
}

async function toggleScreen() {
    if (devices.screen) devices.closeScreen();
    else if (!devices.canShareScreen) toast(t('screen.unsupported'));
    else await devices.openScreen();
}

async function toggleMicrophone() {
    const on = !(devices.microphoneOn && devices.microphone);
    if (on && !(await conduct.microphone?.mayOpen() ?? true)) return;
    await devices.setMicrophone(on);
    toast(on && !devices.microphone ? t(`incall.${devices.trouble.microphone ?? 'missing'}.microphone`) : t(on ? 'toast.mic.on' : 'toast.mic.off'));
}

async function toggleCamera() {
    const on = !(devices.cameraOn && devices.camera);
    await devices.setCamera(on);
    toast(on && !devices.camera ? t(`incall.${devices.trouble.camera ?? 'missing'}.camera`) : t(on ? 'toast.cam.on' : 'toast.cam.off'));
}

/** What had the focus before the panel opened. @type {HTMLElement|null} */
let beforePeople = null;

function togglePeople() {
    const panel = byId('people');
    if (panel.hidden) beforePeople = /** @type {HTMLElement} */ (document.activeElement);
    const heldFocus = panel.contains(document.activeElement);
    panel.hidden = !panel.hidden;
    draw();
    if (!panel.hidden) conduct.panel?.close();
    if (!panel.hidden) byId('people-close').focus();
    else if (heldFocus) beforePeople?.focus();
}

async function toggleFull() {
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
    else await document.documentElement.requestFullscreen?.().catch(() => undefined);
}

const toolbar = new Toolbar([
    {
        id: 'mic', key: 'm', run: () => void toggleMicrophone(),
        isOn: () => devices.microphoneOn && Boolean(devices.microphone),
        icon: () => (devices.microphoneOn && devices.microphone ? 'mic' : 'mic-off'),
        label: () => t(devices.microphoneOn && devices.microphone ? 'mic.off' : 'mic.on'),
        short: () => t('mic.short'), tone: () => (devices.microphoneOn && devices.microphone ? '' : 'off'),
    },
    {
        id: 'camera', key: 'v', run: () => void toggleCamera(),
        isOn: () => devices.cameraOn && Boolean(devices.camera),
        icon: () => (devices.cameraOn && devices.camera ? 'camera' : 'camera-off'),
        label: () => t(devices.cameraOn && devices.camera ? 'cam.off' : 'cam.on'),
        short: () => t('cam.short'), tone: () => (devices.cameraOn && devices.camera ? '' : 'off'),
    },
    {
        id: 'screen', key: 's', run: () => void toggleScreen(), isOn: () => Boolean(devices.screen), icon: () => 'screen',
        label: () => t(devices.screen ? 'screen.stop' : 'screen.start'),
        short: () => t(devices.screen ? 'screen.stop.short' : 'screen.short'),
        tone: () => (devices.screen ? 'active' : ''), disabled: () => !devices.canShareScreen,
    },
    ...conduct.tools,
    {
        id: 'view', key: 'g', run: () => { stage.show(stage.view === 'grid' ? 'speaker' : 'grid'); remember('view', stage.view); draw(); },
        icon: () => (stage.view === 'grid' ? 'speaker' : 'grid'),
        label: () => t(stage.view === 'grid' ? 'view.speaker' : 'view.grid'),
        short: () => t(stage.view === 'grid' ? 'view.speaker.short' : 'view.grid.short'),
    },
    {
        id: 'people', key: 'p', run: togglePeople, icon: () => 'people', isOn: () => !byId('people').hidden,
        label: () => t('people.show'), short: () => t('people.title'), badge: () => String(session.state.present.length || 1),
    },
    {
        id: 'full', key: 'f', run: () => void toggleFull(), icon: () => 'full',
        isOn: () => Boolean(document.fullscreenElement),
        label: () => t(document.fullscreenElement ? 'full.off' : 'full.on'), short: () => t('full.short'),
    },
    {
        id: 'leave', key: 'r', run: () => byId('leave-dialog').showModal(), icon: () => 'leave',
        label: () => t('leave.label'), short: () => t('leave.short'), tone: () => 'leave',
    },
// Where nobody is to bring the room back, nobody leaves it by accident.
].filter((tool) => tool.id !== 'leave' || !isUnattended).map(
    (tool) => (['hand', 'full'].includes(tool.id) ? tool : { ...tool, hidden: () => conduct.isAlone || Boolean(tool.hidden?.()) })), {
    isActive: () => session.phase === 'live' || conduct.standsAlone,
    other: {
        '?': () => byId('help-dialog').showModal(),
        ArrowLeft: () => turn('ArrowLeft', -1),
        ArrowRight: () => turn('ArrowRight', 1),
        PageUp: () => turn('PageUp', -1),
        PageDown: () => turn('PageDown', 1),
        Home: () => turn('Home', 0),
        End: () => turn('End', 0),
        l: () => { if (!conduct.isAlone) linePanel.toggle(); },
        k: () => void conduct.commands(),
        Escape: () => { if (linePanel.isOpen) linePanel.close(); else if (!byId('people').hidden) togglePeople(); },
    },
});

/** Of the paper that is shown, else of the pictures. @param {string} key @param {number} step */
function turn(key, step) {
    if (!conduct.papers?.viewer.key(key) && step) stage.turn(step);
}

function draw() {
    const isLive = session.phase === 'live';
    if (isLive) {
        releaseLine ??= holdCall();
    } else {
        releaseLine?.();
        releaseLine = null;
    }
    const isShown = isLive || conduct.standsAlone;
    conduct.draw();
    const isBarred = conduct.doors.kind !== '';
    const isLeft = session.phase === 'left' && !isBarred && !isShown;
    if ((isLive || isBarred) && lobby.isShown) lobby.hide();
    byId('call').hidden = !isShown;
    // Whoever comes in knows it before.
    const told = conduct.conduct;
    byId('lobby-recorded').hidden = !told?.meeting || told.meeting.state === 'ended' || !(told.meeting.recorded || ['recording', 'paused'].includes(told.get('recording')?.state));
    byId('left').hidden = !isLeft || isUnattended;
    document.body.classList.toggle('in-call', isShown);
    document.title = `${roomTitle} · Giao ban`;
    if (isLeft) drawLeft();
    if (!isShown) return;
    byId('call-room').textContent = conduct.conduct?.meeting?.title ?? roomTitle;
    toolbar.draw();
    if (!isLive) return;
    byId('overlay').hidden = !session.broken;
    byId('sharing-note').hidden = !devices.screen;
    linePanel.draw();
    people.draw();
    stage.isBeside = Boolean(conduct.papers?.viewer.isOpen);
    stage.draw();
}

function drawLeft() {
    byId('left-title').textContent = t('left.title');
    byId('left-words').textContent = session.refusal
        ? t('left.refused', { message: session.refusal }) : t('left.words', { room: roomTitle, time: elapsed });
}

function tick() {
    if (session.phase !== 'live' || !session.startedAt) return;
    const seconds = Math.floor((Date.now() - session.startedAt) / 1000);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    elapsed = parts.slice(parts[0] ? 0 : 1).map((part) => String(part).padStart(2, '0')).join(':');
    byId('elapsed').textContent = elapsed;
}

function leave() {
    tick();
    session.leave();
    devices.close();
    outlet.play(null, '');
    byId('people').hidden = true;
    conduct.panel?.close();
    linePanel.close();
    for (const dialog of document.querySelectorAll('dialog[open]')) /** @type {HTMLDialogElement} */ (dialog).close();
    if (document.fullscreenElement) void document.exitFullscreen();
    byId('rejoin').focus();
}

let wasBroken = false;
session.addEventListener('change', draw);
session.addEventListener('broken', () => {
    if (wasBroken && !session.broken && session.phase === 'live') toast(t('toast.back'));
    wasBroken = session.broken;
    draw();
});
session.addEventListener('peer', () => outlet.play(session.peer, devices.speakerId));
session.addEventListener('socket', () => stage.wishAgain());
session.addEventListener('ended', () => devices.close());
devices.addEventListener('change', draw);
onReception(draw);
document.addEventListener('fullscreenchange', draw);
setInterval(tick, 1000);
document.addEventListener('keydown', (event) => {
    if (!event.ctrlKey || event.altKey || event.metaKey || event.key.toLowerCase() !== 'k' || !conduct.conduct?.leads) return;
    event.preventDefault();
    if (!document.querySelector('dialog[open]')) void conduct.commands();
});
addEventListener('pagehide', () => { if (session.phase === 'live') session.leave(true); });
// A page taken back from the browser's cache has left its call.
addEventListener('pageshow', (event) => { if (event.persisted) draw(); });

byId('button-help').addEventListener('click', () => byId('help-dialog').showModal());
byId('people-close').addEventListener('click', togglePeople);
byId('leave-yes').addEventListener('click', leave);
byId('rejoin').addEventListener('click', async () => {
    await devices.open();
    await join(session.name, session.site);
});
byId('sound-yes').addEventListener('click', () => { byId('sound-dialog').close(); outlet.resume(); });
for (const button of document.querySelectorAll('dialog [data-close]')) {
    button.addEventListener('click', () => button.closest('dialog')?.close());
}
onLanguage(() => {
    /** @type {[string, string][]} */
    const ofMeeting = [['H', 'help.h'], ['Enter Esc', 'help.ask'], ['1–8', 'help.vote'], ['C', 'help.c'], ['K', 'help.k']];
    drawHelp([['M', 'help.m'], ['V', 'help.v'], ['S', 'help.s'], ['G', 'help.g'], ['P', 'help.p'], ['F', 'help.f'],
        ['L', 'help.l'], ['PgUp PgDn', 'help.pages'], ...(conduct.conduct ? ofMeeting : []), ['R', 'help.r'], ['?', 'help.help']]);
    draw();
});

Object.defineProperty(window, 'giaoban', {
    value: {
        get peer() { return session.peer?.connection ?? null; },
        get state() { return session.state.plain(); },
        get participantId() { return session.participantId; },
        get phase() { return session.phase; },
        get rejoinCount() { return session.rejoinCount; },
        get broken() { return session.broken; },
        join: () => join(query.get('name') ?? recall('name'), query.get('site') ?? recall('site')),
        leave,
        shareScreen: () => devices.openScreen(),
        get conduct() { return conduct.conduct; },
        get papers() { return conduct.papers; },
    },
});

fillIcons();
devices.microphoneOn = query.get('mic') !== '0';
devices.cameraOn = query.get('cam') !== '0';
stage.view = recall('view') === 'speaker' ? 'speaker' : 'grid';
await startLanguage();
if (conduct.isAlone) {
    draw();
} else if (isUnattended) {
    await new Unattended(session, devices).join(query.get('name') ?? '', query.get('site') ?? '');
} else if (query.get('autojoin') === '1') {
    await devices.open();
    await join(query.get('name') ?? recall('name'), query.get('site') ?? recall('site'));
} else {
    await showLobby();
}
