"""What a page in a call heard, by what its browser counts."""

AUDIO = """async () => {
  const found = {samples: 0, concealed: 0};
  for (const row of (await giaoban.peer.getStats()).values()) {
    if (row.type !== 'inbound-rtp' || row.kind !== 'audio') continue;
    found.samples += row.totalSamplesReceived ?? 0;
    // What nobody spoke is not missed.
    found.concealed += (row.concealedSamples ?? 0) - (row.silentConcealedSamples ?? 0);
  }
  return found;
}"""


def concealed(page, line, seconds) -> float:
    """The share of the voices' samples that had to be made up, over some seconds of the line."""
    before = page.evaluate(AUDIO)
    line.seconds_pass(seconds)
    after = page.evaluate(AUDIO)
    assert after["samples"] > before["samples"]
    return (after["concealed"] - before["concealed"]) / (after["samples"] - before["samples"])
