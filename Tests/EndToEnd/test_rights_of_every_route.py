"""Who may do what: every route of the API, as everybody who could ask.

The columns of TABLE, in this order:

    nobody      is not signed in
    person      has an account without a role, in a unit that has nothing to do with the meeting
    delegate    of the invited district
    stranger    is a delegate of another district
    technician  of the invited district
    chair       of the department that organises
    secretary   of the department that organises
    neighbour   is the secretary of another district
    admin       administrator of the province
    keeper      administrator of another district
    auditor     of the province

401 not signed in, 403 may not, 404 not there or not to be known of, 422 refused for what was asked. A cell is what the
server must answer to a request that is right but for who asks.
"""

import functools
import json

import pytest

from support.api import PASSWORD, Caller
from support.office import PDF, Office
from support.papers import blank_pdf
from support.recordings import DONE, put_copy, put_recording, shown_pages
from support.routes import routes_of_the_description, routes_of_the_server
from support.waiting import wait_for

ROLES = ["nobody", "person", "delegate", "stranger", "technician", "chair", "secretary", "neighbour", "administrator",
         "keeper", "auditor"]

TABLE = """
                                                     nobody person delegate stranger technician chair secretary neighbour admin keeper auditor
GET    /api/signin-options                             200   200     200      200       200      200     200       200     200   200     200
POST   /api/setup                                      403   403     403      403       403      403     403       403     403   403     403
POST   /api/session                                    200   200     200      200       200      200     200       200     200   200     200
DELETE /api/session                                    401   204     204      204       204      204     204       204     204   204     204
GET    /api/me                                         401   200     200      200       200      200     200       200     200   200     200
PUT    /api/me/password                                401   204     204      204       204      204     204       204     204   204     204
POST   /api/me/calendar                                401   200     200      200       200      200     200       200     200   200     200
GET    /api/openapi.json                               200   200     200      200       200      200     200       200     200   200     200
GET    /api/answers/:token                             404   404     404      404       404      404     404       404     404   404     404
POST   /api/answers/:token                             404   404     404      404       404      404     404       404     404   404     404

GET    /api/units                                      401   200     200      200       200      200     200       200     200   200     200
GET    /api/units.csv                                  401   200     200      200       200      200     200       200     200   200     200
GET    /api/units/:id/history                          401   200     200      200       200      200     200       200     200   200     200
GET    /api/groups                                     401   200     200      200       200      200     200       200     200   200     200
POST   /api/units                of the department     401   403     403      403       403      403     403       403     201   403     403
POST   /api/units                of the other          401   403     403      403       403      403     403       403     201   201     403
POST   /api/units.csv                                  401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/units/:id            the department        401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/units/:id            the other             401   403     403      403       403      403     403       403     200   200     403
POST   /api/units/:id/merge      into the department   401   403     403      403       403      403     403       403     200   403     403
POST   /api/units/:id/merge      within the other      401   403     403      403       403      403     403       403     200   200     403
POST   /api/units/:id/calendar   the department        401   403     403      403       403      403     200       403     200   403     403
POST   /api/sites                of the department     401   403     403      403       403      403     403       403     201   403     403
POST   /api/sites                of the other          401   403     403      403       403      403     403       403     201   201     403
PATCH  /api/sites/:id            of the department     401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/sites/:id            to the other          401   403     403      403       403      403     403       403     200   403     403
GET    /api/sites/:id/device-tokens                    401   403     403      403       200      403     403       403     200   403     403
POST   /api/sites/:id/device-tokens                    401   403     403      403       201      403     403       403     201   403     403
DELETE /api/device-tokens/:id                          401   404     404      404       204      404     404       404     204   404     404
POST   /api/sites/:id/calendar   of the district       401   403     200      403       403      403     403       403     200   403     403

GET    /api/alerts                                     401   200     200      200       200      200     200       200     200   200     200
POST   /api/alerts/:id/acknowledge                     401   404     200      404       200      404     404       404     404   404     404
GET    /api/emergencies                                401   403     403      403       403      200     200       200     403   403     403
POST   /api/emergencies          of the department     401   403     403      403       403      201     201       403     403   403     403
POST   /api/emergencies          of the other          401   403     403      403       403      403     403       201     403   403     403
GET    /api/emergencies/:id                            401   404     404      404       404      200     200       404     404   404     404
POST   /api/emergencies/:id/ring                       401   404     404      404       404      200     200       404     404   404     404
POST   /api/emergencies/:id/end                        401   404     404      404       404      204     204       404     404   404     404
POST   /api/sites/:id/talk       of the district       401   403     403      403       200      403     403       403     200   403     403
GET    /api/site                                       401   401     401      401       401      401     401       401     401   401     401
POST   /api/site/join                                  401   401     401      401       401      401     401       401     401   401     401

GET    /api/lines                                      401   200     200      200       200      200     200       200     200   200     200
GET    /api/people                                     401   200     200      200       200      200     200       200     200   200     200
POST   /api/people               of the department     401   403     403      403       403      403     403       403     201   403     403
POST   /api/people               of the other          401   403     403      403       403      403     403       403     201   201     403
POST   /api/people               with more than theirs 401   403     403      403       403      403     403       403     201   403     403
PATCH  /api/people/:id           of the department     401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/people/:id           of the other          401   403     403      403       403      403     403       403     200   200     403
PATCH  /api/people/:id           their own roles       401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/people/:id           the administrator     401   403     403      403       403      403     403       403     200   403     403
PATCH  /api/people/:id           with a higher role    401   403     403      403       403      403     403       403     200   403     403

POST   /api/series/preview                             401   403     403      403       403      403     200       200     200   200     403
POST   /api/series               for the department    401   403     403      403       403      403     201       422     201   422     403
POST   /api/series               for the other         401   403     403      403       403      403     422       201     201   201     403
GET    /api/series                                     401   200     200      200       200      200     200       200     200   200     200
GET    /api/series/:id                                 401   404     200      404       200      200     200       404     200   404     200
PATCH  /api/series/:id                                 401   404     403      404       403      403     200       404     200   404     403
PATCH  /api/series/:id           over to the other     401   404     403      404       403      403     422       404     200   404     403
POST   /api/series/:id/additions                       401   404     403      404       403      403     201       404     201   404     403
POST   /api/series/:id/cancel                          401   404     403      404       403      403     200       404     200   404     403
GET    /api/freebusy                                   401   200     200      200       200      200     200       200     200   200     200
POST   /api/freetimes                                  401   403     403      403       403      403     200       200     200   200     403

GET    /api/calendar                                   401   200     200      200       200      200     200       200     200   200     200
GET    /api/calendar.pdf                               401   200     200      200       200      200     200       200     200   200     200
GET    /api/my/invitations                             401   200     200      200       200      200     200       200     200   200     200
GET    /api/search                                     401   200     200      200       200      200     200       200     200   200     200
GET    /api/recordings                                 401   200     200      200       200      200     200       200     200   200     200
GET    /api/recordings/series                          401   200     200      200       200      200     200       200     200   200     200
GET    /api/occurrences/:id                            401   404     200      404       200      200     200       404     200   404     200
PATCH  /api/occurrences/:id                            401   404     403      404       403      403     200       404     200   404     403
POST   /api/occurrences/:id/cancel                     401   404     403      404       403      403     200       404     200   404     403
POST   /api/occurrences/:id/invitations                401   404     403      404       403      403     200       404     200   404     403
POST   /api/occurrences/:id/answer for the district    401   404     204      404       403      403     403       404     204   404     403
POST   /api/occurrences/:id/answer for the department  401   404     403      404       403      204     204       404     204   404     403
POST   /api/occurrences/:id/join                       401   404     200      404       200      200     200       404     200   404     200
GET    /api/occurrences/:id/readiness                  401   404     403      404       200      403     200       404     200   404     403
GET    /api/occurrences/:id/conduct                    401   404     200      404       200      200     200       404     200   404     200
POST   /api/occurrences/:id/acts                       401   404     403      404       403      204     204       404     403   404     403
GET    /api/sites/:id/checks     of the district       401   403     200      403       200      403     403       403     200   403     403
GET    /api/sites/:id/checks     for the meeting       401   403     200      403       200      403     200       403     200   403     403
POST   /api/site/checks                                401   404     201      404       201      403     403       404     403   404     403
POST   /api/site/checks/turn                           401   404     200      404       200      403     403       404     403   404     403
PUT    /api/occurrences/:id/attendance                 401   404     403      404       403      403     204       404     204   404     403
POST   /api/occurrences/:id/papers                     401   404     403      404       403      403     201       404     201   404     403
POST   /api/occurrences/:id/papers classified          401   404     403      404       403      403     422       404     422   404     403
POST   /api/occurrences/:id/links                      401   404     403      404       403      403     201       404     201   404     403
POST   /api/occurrences/:id/uploads                    401   404     403      404       403      403     201       404     201   404     403
POST   /api/occurrences/:id/uploads classified         401   404     403      404       403      403     422       404     422   404     403
POST   /api/occurrences/:id/references                 401   404     403      404       403      403     201       404     201   404     403
GET    /api/occurrences/:id/invitees.csv               401   404     403      404       403      403     200       404     200   404     403
GET    /api/occurrences/:id/invitees.pdf               401   404     403      404       403      403     200       404     200   404     403
GET    /api/occurrences/:id/films                      401   404     200      404       200      200     200       404     200   404     200
GET    /api/occurrences/:id/recordings                 401   404     200      404       200      200     200       404     200   404     200
GET    /api/recordings/:id/film/:file film             401   404     200      404       200      200     200       404     200   404     200
GET    /api/recordings/:id/film/:file chapters         401   404     200      404       200      200     200       404     200   404     200
GET    /api/recordings/:id/pages                       401   404     200      404       200      200     200       404     200   404     200
GET    /api/recordings/:id/pages/:n/:size              401   404     200      404       200      200     200       404     200   404     200
GET    /api/recordings/:id/copies                      401   404     200      404       200      200     200       404     200   404     200
POST   /api/recordings/:id/copies                      401   404     403      404       403      201     201       404     201   404     201
GET    /api/copies/:id/file      of the secretary      401   404     404      404       404      404     200       404     404   404     404
DELETE /api/copies/:id           of the secretary      401   404     404      404       404      404     204       404     404   404     404
GET    /api/retention                                  401   403     403      403       403      200     200       200     200   200     200
POST   /api/recordings/:id/retention hold              401   404     403      404       403      403     200       404     200   404     200
POST   /api/recordings/:id/retention keep              401   404     403      404       403      403     200       404     200   404     403
POST   /api/recordings/:id/retention propose           401   404     403      404       403      403     200       404     200   404     403
POST   /api/recordings/:id/retention confirm another's 401   404     403      404       403      200     422       404     200   404     403
POST   /api/recordings/:id/retention refuse            401   404     403      404       403      200     200       404     200   404     403
POST   /api/recordings/:id/check                       401   404     403      404       403      403     200       404     200   404     200
GET    /api/occurrences/:id/minutes                    401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/minutes.pdf                401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/minutes.docx               401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/minutes.odt                401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/roll.csv                   401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/roll.pdf                   401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/votes/:vote.pdf            401   404     403      404       403      404     404       404     403   404     403
GET    /api/occurrences/:id/dossier                    401   404     403      404       403      200     200       404     403   404     403
GET    /api/occurrences/:id/dossier.zip                401   404     403      404       403      403     200       404     403   404     403
GET    /api/dossiers                                   401   403     403      403       403      403     403       403     200   403     200
GET    /api/dossiers/:id                               401   403     403      403       403      403     403       403     404   403     404
GET    /api/dossiers/:id/dossier.zip                   401   403     403      403       403      403     403       403     404   403     404
GET    /api/papers/coming                              401   200     200      200       200      200     200       200     200   200     200
GET    /api/papers/:id                                 401   404     200      404       200      200     200       404     200   404     200
GET    /api/papers/:id           of the series         401   404     200      404       200      200     200       404     200   404     200
GET    /api/papers/:id/pages                           401   404     200      404       200      200     200       404     200   404     200
GET    /api/papers/:id/pages/:n/:size                  401   404     200      404       200      200     200       404     200   404     200
GET    /api/papers/:id/pages/:n/text                   401   404     200      404       200      200     200       404     200   404     200
DELETE /api/papers/:id                                 401   404     403      404       403      403     204       404     204   404     403
GET    /api/papers/:id/versions                        401   404     200      404       200      200     200       404     200   404     200
POST   /api/papers/:id/read                            401   404     204      404       204      204     204       404     204   404     204
GET    /api/papers/:id/readings                        401   404     403      404       403      403     200       404     200   404     403
GET    /api/papers/:id           as it was sent        401   404     403      404       403      403     200       404     200   404     403
GET    /api/uploads/:id                                401   404     404      404       404      404     200       404     404   404     404
PATCH  /api/uploads/:id                                401   404     404      404       404      404     200       404     404   404     404
DELETE /api/uploads/:id                                401   404     404      404       404      404     204       404     404   404     404
GET    /api/papers/:id/signatures                      401   404     200      404       200      200     200       404     200   404     200
GET    /api/papers/:id/approvals                       401   404     200      404       403      403     200       404     200   404     403
POST   /api/papers/:id/approvals                       401   404     403      404       403      403     201       404     201   404     403
GET    /api/papers/:id/comments                        401   404     200      404       404      404     200       404     200   404     404
POST   /api/papers/:id/comments                        401   404     201      404       404      404     201       404     201   404     404
PATCH  /api/comments/:id                               401   404     204      404       404      404     204       404     204   404     404
GET    /api/approvals                                  401   200     200      200       200      200     200       200     200   200     200
GET    /api/approvals/:id                              401   404     200      404       404      404     200       404     200   404     404
POST   /api/approvals/:id/acts   of whose turn it is   401   404     200      404       404      404     422       404     422   404     404
POST   /api/approvals/:id/acts   of the owner          401   404     403      404       404      404     200       404     200   404     404
POST   /api/papers/:id/signing                         401   404     422      404       404      404     422       404     404   404     404
GET    /api/signings/:id                               401   404     404      404       404      404     404       404     404   404     404
POST   /api/signings/:id                               401   404     404      404       404      404     404       404     404   404     404
GET    /api/signings/:id/file                          401   404     404      404       404      404     404       404     404   404     404
GET    /api/signing-ticket                             401   401     401      401       401      401     401       401     401   401     401
GET    /api/signing-ticket/file                        401   401     401      401       401      401     401       401     401   401     401
POST   /api/signing-ticket                             401   401     401      401       401      401     401       401     401   401     401

GET    /api/mail                                       401   403     403      403       403      403     200       200     200   200     403
GET    /api/mail                 of the meeting        401   403     403      403       403      403     200       404     200   404     403
POST   /api/mail/:id/retry                             401   404     404      404       404      404     422       404     422   404     404
GET    /api/reports/kpi                                401   403     403      403       403      200     200       200     200   200     200
GET    /api/reports/kpi.csv                            401   403     403      403       403      200     200       200     200   200     200
GET    /api/reports/kpi.pdf                            401   403     403      403       403      200     200       200     200   200     200
GET    /api/holidays                                   401   200     200      200       200      200     200       200     200   200     200
PUT    /api/holidays/:date                             401   403     403      403       403      403     403       403     204   403     403
DELETE /api/holidays/:date                             401   403     403      403       403      403     403       403     204   403     403
GET    /api/audit                                      401   403     403      403       403      403     403       403     200   403     200
GET    /api/settings                                   401   403     403      403       403      403     403       403     200   403     403
PUT    /api/settings                                   401   403     403      403       403      403     403       403     200   403     403

GET    /auth/oidc/start                                404   404     404      404       404      404     404       404     404   404     404
GET    /auth/oidc/callback                             404   404     404      404       404      404     404       404     404   404     404
"""


def rows() -> list[tuple[str, str, str, list[int]]]:
    found = []
    for line in TABLE.strip().splitlines()[1:]:
        if line.strip():
            method, path, *words = line.split()
            statuses = [int(word) for word in words[-len(ROLES):]]
            found.append((method, path, " ".join(words[:-len(ROLES)]), statuses))
    return found


class Requests:
    """What is asked of each route; whatever it changes is made anew for everybody who asks."""

    def __init__(self, office: Office):
        self.office = office
        self.admin = office.administrator
        self.count = 0
        self.with_pages = 0
        self.meeting = office.book()
        self.recurring = office.book(rule="FREQ=WEEKLY;COUNT=3", start="2033-03-07T07:30")
        self.paper = self._made(office.secretary.upload(self.meeting.occurrence, PDF))
        self.series_paper = self._made(office.secretary.upload(self.recurring.occurrence, PDF, scope="series"))
        # Before any emergency takes the sites at this hour.
        self.now_meeting()

    @staticmethod
    def _made(answer) -> int:
        assert answer.status == 201, answer.text
        return answer.body["id"]

    @staticmethod
    def upload_form(**more) -> dict:
        return {"title": "Báo cáo", "filename": "a.pdf", "classification": "thuong", "scope": "this", "bytes": 100} | more

    def upload(self) -> int:
        """A paper that the secretary has begun to send; nobody may have too many of them."""
        if getattr(self, "begun", None):
            self.office.secretary.call("DELETE", f"/api/uploads/{self.begun}")
        self.begun = self._made(self.office.secretary.call(
            "POST", f"/api/occurrences/{self.meeting.occurrence}/uploads", self.upload_form()))
        return self.begun
    def paged(self) -> int:
        """A paper whose pages are made."""
        secretary = self.office.secretary
        if not self.with_pages:
            self.with_pages = self._made(secretary.upload(self.meeting.occurrence, blank_pdf(1)))
        wait_for("a page", lambda: secretary.get(f"/api/papers/{self.with_pages}/pages").body["state"] == "ready", 900)
        return self.with_pages

    @functools.cached_property
    def recording(self) -> str:
        """Of the meeting, with a film that is a few bytes."""
        return put_recording(self.office.server.data, self.meeting.occurrence, film={
            "film.mp4": b"film", "chapters.vtt": b"WEBVTT\n", "state.json": json.dumps(DONE).encode(), "pages.json": shown_pages((0, 1, "0", 1, "a.webp"))}, pages={"a.webp": b"RIFF"})

    def copy(self) -> str:
        """Of the recording, the secretary's, as one that was made."""
        return put_copy(self.office.server.data, self.recording, self.office.person["secretary"])

    def old_recording(self, proposed: bool = False) -> str:
        """Of a periodic meeting, whose time is over; the secretary may have proposed that it be destroyed."""
        if not getattr(self, "old", None):
            self.admin.call("PUT", "/api/settings", {"retention": {"periodic": 1}})
            self.old = self.office.book(periodic=True)
        id = put_recording(self.office.server.data, self.old.occurrence, started_ms=1_262_304_000_000)
        if proposed:
            act = {"do": "propose", "reason": "Hết hạn", "decision": "QĐ 1"}
            assert self.office.secretary.call("POST", f"/api/recordings/{id}/retention", act).status == 200
        return id

    def number(self) -> int:
        self.count += 1
        return self.count

    def unit(self, parent: str) -> int:
        return self._made(self.admin.call("POST", "/api/units", {
            "code": f"moi-{self.number()}", "parent": self.office.unit[parent], "name": "Đơn vị mới",
            "kind": "commune"}))

    def somebody(self, home: str, roles=()) -> int:
        return self._made(self.office.add_person(f"ai-{self.number()}", home, roles))

    def device_token(self) -> int:
        site = self.office.site["invited"]
        return self._made(self.admin.call("POST", f"/api/sites/{site}/device-tokens", {"name": "Máy phòng họp"}))

    def letter(self) -> int:
        """Of a meeting of the department; it has left, or waits: it has not failed, and is nobody's to send again."""
        invited = self.office.secretary.call(
            "POST", f"/api/occurrences/{self.meeting.occurrence}/invitations", {"scope": "this", "message": ""})
        assert invited.status == 200, invited.text
        path = f"/api/mail?occurrence={self.meeting.occurrence}"
        return self.office.secretary.get(path).body["letters"][0]["id"]

    def approval(self, paper: int | None = None) -> tuple[int, int]:
        """A paper on its way to the district's delegate, and its route."""
        paper = paper or self._made(self.office.secretary.upload(self.meeting.occurrence, PDF))
        return paper, self._made(self.office.secretary.call("POST", f"/api/papers/{paper}/approvals", self.steps))

    @property
    def steps(self) -> dict:
        return {"steps": [{"kind": "approve", "people": [self.office.person["delegate"]]}]}

    def comment(self) -> int:
        return self._made(self.office.secretary.call(
            "POST", f"/api/papers/{self.submitted[0]}/comments", {"page": 1, "text": "Sửa"}))

    @functools.cached_property
    def submitted(self) -> tuple[int, int]:
        return self.approval()

    def emergency(self) -> int:
        """Of the department's own site."""
        form = {"title": "Cháy rừng", "message": "", "sites": [self.office.site["organiser"]]}
        made = self.office.secretary.call("POST", "/api/emergencies", form)
        assert made.status == 201, made.text
        return made.body["occurrence"]

    def alert(self) -> int:
        """That rings the district."""
        secretary = self.office.caller("thuky@backan.example")
        made = secretary.call("POST", "/api/emergencies", {"title": "Lũ", "sites": [self.office.site["invited"]]})
        assert made.status == 201, made.text
        alerts = self.office.signed_in["delegate"].get("/api/alerts").body["alerts"]
        return next(one["id"] for one in alerts if one["occurrence"] == made.body["occurrence"])

    def now_meeting(self) -> int:
        """One whose room is open. It is shared: it changes nothing that others see."""
        if not hasattr(self, "_now"):
            self._now = self.office.book_now().occurrence
        return self._now

    def send(self, method: str, path: str, note: str, role: str):
        office, caller = self.office, self.office.signed_in[role]
        unit, site = office.unit, office.site
        number = self.number()
        merge = {"date": "2031-07-01"}
        person = {"name": "Người mới", "email": f"moi-{number}@backan.example", "title": "", "phone": "", "roles": []}
        there = lambda: office.book().occurrence  # noqa: E731
        matches = {
            "GET /api/answers/:token": lambda: ("/api/answers/abc.def", None),
            "POST /api/answers/:token": lambda: ("/api/answers/abc.def", {"answer": "accept"}),
            "POST /api/setup": lambda: (path, {"name": "Ai", "email": "ai@x.example", "password": "Mot hai ba bon nam",
                                               "province": "Tỉnh"}),
            "GET /api/units/:id/history": lambda: (f"/api/units/{unit['organiser']}/history", None),
            "POST /api/units of the department": lambda: (path, {
                "code": f"u-{number}", "parent": unit["organiser"], "name": "Phòng", "kind": "commune"}),
            "POST /api/units of the other": lambda: (path, {
                "code": f"u-{number}", "parent": unit["other"], "name": "Xã", "kind": "commune"}),
            "PATCH /api/units/:id the department": lambda: (f"/api/units/{unit['organiser']}", {"email": "a@b.example"}),
            "PATCH /api/units/:id the other": lambda: (f"/api/units/{unit['other']}", {"email": "a@b.example"}),
            "POST /api/units/:id/merge into the department": lambda: (
                f"/api/units/{self.unit('other')}/merge", merge | {"into": unit["organiser"]}),
            "POST /api/units/:id/merge within the other": lambda: (
                f"/api/units/{self.unit('other')}/merge", merge | {"into": unit["other"]}),
            "POST /api/units/:id/calendar the department": lambda: (f"/api/units/{unit['organiser']}/calendar", {}),
            "POST /api/sites of the department": lambda: (path, {"unit": unit["organiser"], "name": "Phòng họp"}),
            "POST /api/sites of the other": lambda: (path, {"unit": unit["other"], "name": "Phòng họp"}),
            "PATCH /api/sites/:id of the department": lambda: (f"/api/sites/{site['organiser']}", {"device": "pc"}),
            "PATCH /api/sites/:id to the other": lambda: (
                f"/api/sites/{self._made(self.admin.call('POST', '/api/sites', {'unit': unit['organiser'], 'name': 'B'}))}",
                {"unit": unit["other"]}),
            "GET /api/sites/:id/device-tokens": lambda: (f"/api/sites/{site['invited']}/device-tokens", None),
            "POST /api/sites/:id/device-tokens": lambda: (
                f"/api/sites/{site['invited']}/device-tokens", {"name": "Máy"}),
            "DELETE /api/device-tokens/:id": lambda: (f"/api/device-tokens/{self.device_token()}", None),
            "POST /api/sites/:id/calendar of the district": lambda: (f"/api/sites/{site['invited']}/calendar", {}),
            "POST /api/alerts/:id/acknowledge": lambda: (f"/api/alerts/{self.alert()}/acknowledge", {"answer": "coming"}),
            "POST /api/emergencies of the department": lambda: (path, {"title": "Lũ", "sites": [site["organiser"]]}),
            "POST /api/emergencies of the other": lambda: (path, {"title": "Lũ", "sites": [site["other"]]}),
            "GET /api/emergencies/:id": lambda: (f"/api/emergencies/{self.emergency()}", None),
            "POST /api/emergencies/:id/ring": lambda: (f"/api/emergencies/{self.emergency()}/ring", {"sites": None}),
            "POST /api/emergencies/:id/end": lambda: (f"/api/emergencies/{self.emergency()}/end", {}),
            "POST /api/sites/:id/talk of the district": lambda: (f"/api/sites/{site['invited']}/talk", {}),
            "POST /api/people of the department": lambda: (path, person | {"unit": unit["organiser"]}),
            "POST /api/people of the other": lambda: (path, person | {"unit": unit["other"]}),
            "POST /api/people with more than theirs": lambda: (path, person | {
                "unit": unit["other"], "roles": [{"role": "secretary", "unit": unit["top"]}]}),
            "PATCH /api/people/:id of the department": lambda: (
                f"/api/people/{self.somebody('organiser')}", {"title": "Khác"}),
            "PATCH /api/people/:id of the other": lambda: (f"/api/people/{self.somebody('other')}", {"title": "Khác"}),
            "PATCH /api/people/:id their own roles": lambda: (f"/api/people/{office.person.get(role, 1)}", {
                "roles": [{"role": "administrator", "unit": unit["top"]}]}),
            "PATCH /api/people/:id the administrator": lambda: (
                f"/api/people/{office.person['administrator']}", {"title": "Quản trị"}),
            "PATCH /api/people/:id with a higher role": lambda: (
                f"/api/people/{self.somebody('other', [('secretary', 'top')])}", {"password": "Mot hai ba bon nam"}),
            "POST /api/series/preview": lambda: (path, office.form(organiser=caller.me["person"]["unit"]["id"]
                                                                   if caller.me else None)),
            "POST /api/series for the department": lambda: (path, office.form()),
            "POST /api/series for the other": lambda: (path, office.form(organiser=unit["other"])),
            "GET /api/series/:id": lambda: (f"/api/series/{self.recurring.series}", None),
            "PATCH /api/series/:id": lambda: (f"/api/series/{office.book().series}", {"title": "Tên mới"}),
            "PATCH /api/series/:id over to the other": lambda: (
                f"/api/series/{office.book().series}", {"organiser": unit["other"]}),
            "POST /api/series/:id/additions": lambda: (
                f"/api/series/{office.book().series}/additions", {"start": office.form()["start"]}),
            "POST /api/series/:id/cancel": lambda: (f"/api/series/{office.book().series}/cancel", {"reason": "Hoãn"}),
            "GET /api/freebusy": lambda: (f"{path}?sites={site['invited']}&from=2031-01-01&to=2031-01-31", None),
            "POST /api/freetimes": lambda: (path, {
                "sites": [site["other"]], "people": [], "minutes": 30, "from": "2031-01-06", "to": "2031-01-10"}),
            "GET /api/calendar": lambda: (f"{path}?from=2031-01-01&to=2031-01-31", None),
            "GET /api/calendar.pdf": lambda: (f"{path}?from=2031-01-06&to=2031-01-12", None),
            "GET /api/occurrences/:id": lambda: (f"/api/occurrences/{self.meeting.occurrence}", None),
            "PATCH /api/occurrences/:id": lambda: (f"/api/occurrences/{there()}", {"scope": "this", "title": "Khác"}),
            "POST /api/occurrences/:id/cancel": lambda: (
                f"/api/occurrences/{there()}/cancel", {"scope": "this", "reason": "Hoãn"}),
            "POST /api/occurrences/:id/invitations": lambda: (
                f"/api/occurrences/{there()}/invitations", {"scope": "this", "message": ""}),
            "POST /api/occurrences/:id/answer for the district": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/answer", {"site": site["invited"], "answer": "accept"}),
            "POST /api/occurrences/:id/answer for the department": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/answer", {"site": site["organiser"], "answer": "accept"}),
            "GET /api/occurrences/:id/readiness": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/readiness", None),
            "GET /api/occurrences/:id/conduct": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/conduct", None),
            "POST /api/occurrences/:id/acts": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/acts", {"do": "note", "item": None, "text": "ghi"}),
            "GET /api/sites/:id/checks of the district": lambda: (f"/api/sites/{site['invited']}/checks", None),
            "GET /api/sites/:id/checks for the meeting": lambda: (
                f"/api/sites/{site['invited']}/checks?occurrence={self.meeting.occurrence}", None),
            "POST /api/site/checks": lambda: (path, {
                "occurrence": self.meeting.occurrence, "site": site["invited"], "up": 500, "mic": -60}),
            "POST /api/site/checks/turn": lambda: (path, {
                "occurrence": self.meeting.occurrence, "site": site["invited"]}),
            "POST /api/occurrences/:id/join": lambda: (f"/api/occurrences/{self.now_meeting()}/join", {}),
            "PUT /api/occurrences/:id/attendance": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/attendance",
                {"site": site["invited"], "attendance": "online"}),
            "POST /api/occurrences/:id/links": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/links", {"title": "Văn bản", "url": "https://x.example/"}),
            "POST /api/occurrences/:id/uploads": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/uploads", self.upload_form()),
            "POST /api/occurrences/:id/uploads classified": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/uploads", self.upload_form(classification="mat")),
            "POST /api/occurrences/:id/references": lambda: (
                f"/api/occurrences/{self.meeting.occurrence}/references",
                {"title": "12/BC-UBND", "note": "Nhận tại văn thư", "classification": "mat"}),
            "POST /api/papers/:id/read": lambda: (f"/api/papers/{self.paper}/read", {"page": 1}),
            "GET /api/papers/:id/readings": lambda: (f"/api/papers/{self.paper}/readings", None),
            "GET /api/papers/:id as it was sent": lambda: (f"/api/papers/{self.paper}?original=1", None),
            "GET /api/papers/:id/versions": lambda: (f"/api/papers/{self.paper}/versions", None),
            "GET /api/uploads/:id": lambda: (f"/api/uploads/{self.upload()}", None),
            "DELETE /api/uploads/:id": lambda: (f"/api/uploads/{self.upload()}", None),
            "GET /api/papers/:id": lambda: (f"/api/papers/{self.paper}", None),
            "GET /api/papers/:id of the series": lambda: (f"/api/papers/{self.series_paper}", None),
            "GET /api/papers/:id/pages": lambda: (f"/api/papers/{self.paper}/pages", None),
            "GET /api/papers/:id/pages/:n/:size": lambda: (f"/api/papers/{self.paged()}/pages/1/s", None),
            "GET /api/papers/:id/pages/:n/text": lambda: (f"/api/papers/{self.paged()}/pages/1/text", None),
            "DELETE /api/papers/:id": lambda: (
                f"/api/papers/{self._made(office.secretary.upload(self.meeting.occurrence, PDF))}", None),
            "GET /api/papers/:id/signatures": lambda: (f"/api/papers/{self.paper}/signatures", None),
            "GET /api/papers/:id/approvals": lambda: (f"/api/papers/{self.submitted[0]}/approvals", None),
            "POST /api/papers/:id/approvals": lambda: (
                f"/api/papers/{self._made(office.secretary.upload(self.meeting.occurrence, PDF))}/approvals", self.steps),
            "GET /api/papers/:id/comments": lambda: (f"/api/papers/{self.submitted[0]}/comments", None),
            "POST /api/papers/:id/comments": lambda: (
                f"/api/papers/{self.submitted[0]}/comments", {"page": 1, "text": "Sửa"}),
            "PATCH /api/comments/:id": lambda: (f"/api/comments/{self.comment()}", {"resolved": True}),
            "GET /api/approvals/:id": lambda: (f"/api/approvals/{self.submitted[1]}", None),
            "POST /api/approvals/:id/acts of whose turn it is": lambda: (
                f"/api/approvals/{self.approval()[1]}/acts", {"do": "agree"}),
            "POST /api/approvals/:id/acts of the owner": lambda: (
                f"/api/approvals/{self.approval()[1]}/acts", {"do": "withdraw", "note": "Thôi"}),
            "POST /api/papers/:id/signing": lambda: (f"/api/papers/{self.submitted[0]}/signing", {}),
            "GET /api/mail of the meeting": lambda: (f"/api/mail?occurrence={self.meeting.occurrence}", None),
            "POST /api/mail/:id/retry": lambda: (f"/api/mail/{self.letter()}/retry", {}),
            "GET /api/holidays": lambda: (f"{path}?year=2031", None),
            "PUT /api/holidays/:date": lambda: ("/api/holidays/2035-05-05", {"kind": "holiday", "name": "Ngày hội"}),
            "DELETE /api/holidays/:date": lambda: ("/api/holidays/2035-05-05", None),
            "PUT /api/settings": lambda: (path, {"reminderDays": 1}),
        }
        for kind in ("csv", "pdf"):
            matches[f"GET /api/occurrences/:id/invitees.{kind}"] = lambda: (
                path.replace(":id", str(self.meeting.occurrence)), None)
        for kind in ("films", "recordings", "minutes", "minutes.pdf", "minutes.docx", "minutes.odt", "roll.csv", "roll.pdf", "votes/:vote.pdf",
                     "dossier", "dossier.zip"):
            matches[f"GET /api/occurrences/:id/{kind}"] = lambda: (
                path.replace(":id", str(self.meeting.occurrence)).replace(":vote", "1"), None)
        for kind, file in (("film", "film.mp4"), ("chapters", "chapters.vtt")):
            matches[f"GET /api/recordings/:id/film/:file {kind}"] = lambda file=file: (
                f"/api/recordings/{self.recording}/film/{file}", None)
        for kind, body in (("GET", None), ("POST", {"from": 0, "to": 1000})):
            matches[f"{kind} /api/recordings/:id/copies"] = lambda body=body: (f"/api/recordings/{self.recording}/copies", body)
        for kind, address in (("GET /api/copies/:id/file of the secretary", "/file"), ("DELETE /api/copies/:id of the secretary", "")):
            matches[kind] = lambda address=address: (f"/api/copies/{self.copy()}{address}", None)
        for kind, address in (("pages", "pages"), ("pages/:n/:size", "pages/1/s")):
            matches[f"GET /api/recordings/:id/{kind}"] = lambda address=address: (f"/api/recordings/{self.recording}/{address}", None)
        for act, proposed in (("hold", False), ("keep", False), ("propose", False), ("confirm another's", True), ("refuse", True)):
            matches[f"POST /api/recordings/:id/retention {act}"] = lambda act=act, proposed=proposed: (
                f"/api/recordings/{self.old_recording(proposed)}/retention",
                {"do": act.split()[0], "reason": "Hết hạn", "decision": "QĐ 1"})
        matches["POST /api/recordings/:id/check"] = lambda: (f"/api/recordings/{self.old_recording()}/check", {})
        for kind in ("", "/dossier.zip"):
            matches[f"GET /api/dossiers/:id{kind}"] = lambda: (path.replace(":id", "999"), None)
        for kind in ("kpi", "kpi.csv", "kpi.pdf"):
            matches[f"GET /api/reports/{kind}"] = lambda: (f"{path}?from=2031-01-01&to=2031-01-31", None)
        name = f"{method} {path} {note}".strip()
        if name.startswith("POST /api/occurrences/:id/papers"):
            return caller.upload(self.meeting.occurrence, PDF, classification="mat" if note else "thuong")
        if name == "PATCH /api/uploads/:id":
            return caller.call(method, f"/api/uploads/{self.upload()}", raw=b"%PDF-", kind="application/octet-stream",
                               headers={"Upload-Offset": "0"})
        if name == "POST /api/units.csv":
            return caller.call("POST", f"{path}?check=1", raw=b"code,parent,name,kind\nso-05,ubnd-tinh,X,department\n",
                               kind="text/csv")
        if name == "POST /api/session":
            return Caller(office.port).try_password(office.email("person"), PASSWORD)
        if name == "DELETE /api/session" and role != "nobody":
            # In a session of their own, which it ends.
            return office.caller(office.email(role)).call(method, path)
        if name == "PUT /api/me/password":
            return caller.call(method, path, {"old": PASSWORD, "new": PASSWORD})
        target, body = matches.get(name, lambda: (path, {} if method in ("POST", "PUT", "PATCH") else None))()
        return caller.call(method, target, body)


@pytest.fixture(scope="module")
def requests(office):
    return Requests(office)


def test_every_route_has_a_row():
    in_table = {(method, path) for method, path, _, _ in rows()}
    assert routes_of_the_server() - in_table == set()


def test_every_route_is_described():
    assert routes_of_the_server() - routes_of_the_description() == set()


def test_every_row_names_a_route():
    in_table = {(method, path) for method, path, _, _ in rows()}
    assert in_table - routes_of_the_server() - routes_of_the_description() == set()


@pytest.mark.parametrize(
    ("method", "path", "note", "expected"), rows(), ids=[f"{row[0]} {row[1]} {row[2]}".strip() for row in rows()])
def test_rights(requests, method, path, note, expected):
    if (method, path) not in routes_of_the_server():
        pytest.skip("not built yet")
    found, texts = [], {}
    for role in ROLES:
        answer = requests.send(method, path, note, role)
        if note == "their own roles" and role != "administrator" and answer.status < 400:
            pytest.fail(f"{role} gave themselves a role")
        found.append(answer.status)
        texts[role] = answer.data[:300].decode(errors="replace")
        if answer.status >= 400 and path.startswith("/api"):
            assert answer.error.get("message"), (role, answer.data)
    wrong = {role: (f"{is_} instead of {must}", texts[role])
             for role, is_, must in zip(ROLES, found, expected) if is_ != must}
    assert not wrong, "\n".join(f"{role}: {is_}: {text}" for role, (is_, text) in wrong.items())
    assert requests.office.server.is_alive()


# A technician of the department that organises, beside the table's columns: reads its meetings and decides nothing.
ENGINEER = """
GET    /api/series/:id                                 200
PATCH  /api/series/:id                                 403
GET    /api/occurrences/:id                            200
PATCH  /api/occurrences/:id                            403
POST   /api/occurrences/:id/cancel                     403
POST   /api/occurrences/:id/join                       200
GET    /api/occurrences/:id/readiness                  200
GET    /api/occurrences/:id/conduct                    200
POST   /api/occurrences/:id/acts                       403
PUT    /api/occurrences/:id/attendance                 403
POST   /api/occurrences/:id/papers                     403
GET    /api/occurrences/:id/minutes                    403
GET    /api/occurrences/:id/roll.csv                   403
GET    /api/papers/:id                                 200
DELETE /api/papers/:id                                 403
GET    /api/mail                 of the meeting        403
GET    /api/emergencies                                403
"""


@pytest.fixture(scope="module")
def engineer(office):
    office.add_person("engineer", "organiser", [("technician", "organiser")])
    office.signed_in["engineer"] = office.caller(office.email("engineer"))
    return office.signed_in["engineer"]


@pytest.mark.parametrize("line", ENGINEER.strip().splitlines(), ids=lambda line: " ".join(line.split()[:-1]))
def test_rights_of_a_technician_of_the_organising_unit(requests, engineer, line):
    method, path, *note, expected = line.split()
    answer = requests.send(method, path, " ".join(note), "engineer")
    assert answer.status == int(expected), answer.data[:300].decode(errors="replace")


def test_a_technician_of_the_organising_unit_sees_lines_and_no_decisions(requests, engineer):
    office = requests.office
    meeting = office.book().occurrence
    acts = f"/api/occurrences/{meeting}/acts"
    made = office.secretary.call("POST", acts, {"do": "decision.add", "text": "Thu hồi nợ đọng"})
    assert made.status == 204, made.text
    told = engineer.get(f"/api/occurrences/{meeting}/conduct").body
    assert told["you"]["role"] == "technician"
    kinds = {key.split("/")[0] for key in told["set"]}
    assert "seat" in kinds and "decision" not in kinds
    told = office.secretary.get(f"/api/occurrences/{meeting}/conduct").body
    assert "decision/1" in told["set"]
