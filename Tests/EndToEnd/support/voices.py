"""What a page hears of another one, and a page that speaks though it may not."""

from support.cast import Participant

HEARD = """async (participant) => {
  const {peer, state} = window.giaoban;
  const mids = new Set(state.slots.filter((slot) => slot.participant === participant).map((slot) => slot.mid));
  let energy = 0;
  for (const one of peer.getTransceivers()) {
    if (!mids.has(one.mid) || one.receiver.track.kind !== 'audio') continue;
    for (const report of (await one.receiver.getStats()).values())
      if (report.type === 'inbound-rtp') energy += report.totalAudioEnergy ?? 0;
  }
  return energy;
}"""
SENT = """async () => {
  let packets = 0;
  for (const report of (await window.giaoban.peer.getStats()).values())
    if (report.type === 'outbound-rtp' && report.kind === 'audio') packets += report.packetsSent;
  return packets;
}"""
# Behind the page's back, as a page that somebody has changed would do it.
SPEAK = """() => {
  const senders = window.giaoban.peer.getSenders().filter(({track}) => track?.kind === 'audio');
  for (const {track} of senders) track.enabled = true;
  return senders.length;
}"""
# The fake microphone beeps every second.
PACKETS = 150


def participant(page: Participant) -> int:
    return page.page.evaluate("() => window.giaoban.participantId")


def until_heard(listener: Participant, speaker: Participant):
    """Until what `speaker` says makes a sound at `listener`."""
    number = participant(speaker)
    before = listener.page.evaluate(HEARD, number)
    listener.until(f"the voice of {speaker.role}", f"async ([who, before]) => (await ({HEARD})(who)) > before + 1e-4",
                   [number, before])


def is_silenced(listener: Participant, speaker: Participant) -> bool:
    """Whether nothing of `speaker` is heard though its page sends three seconds of voice."""
    number = participant(speaker)
    assert speaker.page.evaluate(SPEAK), "the page has no microphone to speak with"
    before, sent = listener.page.evaluate(HEARD, number), speaker.page.evaluate(SENT)
    speaker.until("its voice has been sent", f"async (sent) => (await ({SENT})()) > sent + {PACKETS}", sent)
    return listener.page.evaluate(HEARD, number) - before < 1e-4
