"""A calendar program that does with iTIP messages what RFC 5546 tells it to, and no more."""

import datetime

import icalendar
import recurring_ical_events


def _recurrence(event):
    value = event.get("RECURRENCE-ID")
    return value.dt.replace(tzinfo=None) if value is not None else None


def _revision(event):
    """RFC 5546 §2.1.5: the greater SEQUENCE is newer; between equals the later DTSTAMP."""
    return int(event.get("SEQUENCE", 0)), event["DTSTAMP"].dt


class CalendarProgram:
    """`ignored` counts messages that were older than what is known, or about a meeting that the program cannot place."""

    def __init__(self, address):
        self.address = address
        # UID → recurrence or None for the whole → its event; one that is cancelled stays, with its status.
        self.known = {}
        self.ignored = 0

    def receive(self, calendar: icalendar.Calendar):
        method = calendar["METHOD"]
        events = calendar.walk("VEVENT")
        assert method in ("REQUEST", "CANCEL") and events
        assert len({event["UID"] for event in events}) == 1
        for event in events:
            attendees = event["ATTENDEE"]
            attendees = attendees if isinstance(attendees, list) else [attendees]
            assert [str(attendee) for attendee in attendees] == ["mailto:" + self.address]
        known = self.known.setdefault(events[0]["UID"], {})
        whole = next((event for event in events if _recurrence(event) is None), None)
        if whole is not None:
            if None in known and _revision(whole) < _revision(known[None]):
                self.ignored += 1
                return
            # A message about the whole replaces all that is known of it (RFC 5546 §3.2.2).
            known.clear()
            known[None] = whole
            if method == "CANCEL":
                assert whole["STATUS"] == "CANCELLED"
        for event in events:
            recurrence = _recurrence(event)
            if recurrence is None:
                continue
            old = known.get(recurrence) or known.get(None)
            if old is not None and _revision(event) < _revision(old):
                self.ignored += 1
                continue
            # What is no meeting of the series that the program knows, it cannot change (§3.2.2.6). Of a series that was
            # cancelled, or never came, a single meeting stands alone.
            whole = self._whole(known)
            if whole is not None and recurrence not in known and recurrence not in self._set(whole):
                self.ignored += 1
                continue
            if method == "CANCEL":
                assert event["STATUS"] == "CANCELLED"
            known[recurrence] = event

    @staticmethod
    def _whole(known):
        whole = known.get(None)
        return whole if whole is not None and whole.get("STATUS") != "CANCELLED" else None

    @staticmethod
    def _set(master):
        """The times that a series' rule and dates give."""
        bare = icalendar.Calendar()
        bare.add_component(master)
        return {start for start, _, _ in CalendarProgram._expand(bare)}

    @staticmethod
    def _expand(calendar):
        found = recurring_ical_events.of(calendar).between(datetime.date(2020, 1, 1), datetime.date(2040, 1, 1))
        return {
            (event["DTSTART"].dt.replace(tzinfo=None), event["DTEND"].dt.replace(tzinfo=None), str(event["SUMMARY"]))
            for event in found
        }

    def meetings(self) -> set:
        """Start, end and title of each meeting that the program shows."""
        shown = set()
        for known in self.known.values():
            master = self._whole(known)
            calendar = icalendar.Calendar()
            if master is not None:
                master = master.copy()
                for recurrence, event in known.items():
                    if recurrence is not None:
                        master.add("EXDATE", event["RECURRENCE-ID"].dt)
                calendar.add_component(master)
                shown |= self._expand(calendar)
            for recurrence, event in known.items():
                if recurrence is not None and event.get("STATUS") != "CANCELLED":
                    shown.add((
                        event["DTSTART"].dt.replace(tzinfo=None), event["DTEND"].dt.replace(tzinfo=None),
                        str(event["SUMMARY"])))
        return shown
