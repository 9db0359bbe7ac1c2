import Briefing
import Foundation
import Identity
import Store

extension SchedulerService {
    func actor(_ caller: Caller, _ series: Series) -> ApprovalActor {
        ApprovalActor(
            person: caller.person.id, isSecretary: caller.rights.mayBook(for: series.plan.organiser))
    }

    /// A route with its paper, for those who have a part in it and for the organiser's secretaries; for others there is
    /// none.
    func approval(
        _ id: ApprovalID, _ caller: Caller, _ reading: Reading
    ) throws -> (kept: KeptApproval, paper: Paper, series: Series) {
        guard let kept = try reading.approval(id), let paper = try reading.paper(kept.route.paper),
            let series = try reading.series(paper.series),
            try mayFollow(kept.first, series, caller, reading)
        else { throw ActError.notFound }
        return (kept, paper, series)
    }

    /// Whether somebody may see what is said and done about a paper on its way.
    func mayFollow(_ first: PaperID, _ series: Series, _ caller: Caller, _ reading: Reading) throws -> Bool {
        caller.rights.mayFollowApproval(
            organiser: series.plan.organiser, hasPart: try reading.hasPart(caller.person.id, inApprovalOf: first))
    }

    /// Lays out the route of a paper and sends it on its way.
    public func addApproval(
        _ form: ApprovalForm, of id: PaperID, as caller: Caller
    ) async throws -> ApprovalDetail {
        let steps = try steps(form)
        var check = FormCheck()
        let agency = check.text("agency", form.agency, 0...200)
        let number = check.text("number", form.number, 0...60)
        let note = check.longText("note", form.note, 2000)
        try check.finish()
        let now = now()
        _ = try await paper(id, as: caller)
        let (made, letters) = try await store.write { writing -> (ApprovalID, Int) in
            let reading = writing.reading
            guard let paper = try reading.paper(id), let series = try reading.series(paper.series) else {
                throw ActError.notFound
            }
            guard caller.rights.mayBook(for: series.plan.organiser) else { throw ActError.forbidden }
            try self.checkIsNewest(paper)
            try self.check(people: Set(steps.flatMap(\.parts).map(\.person)), in: "steps", reading)
            let first = paper.first ?? paper.id
            if try reading.approvals(ofPaper: first).contains(where: { !$0.route.isEnded }) {
                throw ActError.refused(
                    code: "approval",
                    Sentence(
                        vietnamese: "Văn bản này đang có luồng ký duyệt.",
                        english: "This paper is on its way of approval already."))
            }
            var route = ApprovalRoute(
                id: ApprovalID(0), paper: paper.id, owner: caller.person.id, keepsComments: form.keepsComments ?? false,
                steps: steps)
            var kept = KeptApproval(
                route: route, first: first,
                agency: agency.isEmpty ? self.directory.tree.name(series.plan.organiser) : agency, number: number,
                note: note, madeAt: now, changedAt: now)
            route.id = try writing.add(kept)
            kept.route = route
            let letters = try self.take(.submit(paper.id), on: kept, of: paper, series, by: caller, writing)
            return (route.id, letters)
        }
        tellLetters(letters)
        return try await approval(made, as: caller)
    }

    /// Does an act on a route: its rules, one transaction with the line in the chain of acts and the letters to whoever is
    /// next.
    public func act(_ form: ApprovalActForm, on id: ApprovalID, as caller: Caller) async throws -> ApprovalDetail {
        let letters = try await store.write { writing -> Int in
            let reading = writing.reading
            let (kept, seen, series) = try self.approval(id, caller, reading)
            var form = form
            var paper = seen
            if form.do == "submit" {
                // The newest version, unless one is named.
                let newest = try reading.newestVersion(of: kept.first)
                if let named = form.paper, named != newest { throw ActError.changedMeanwhile }
                form.paper = newest
                guard let found = try newest.flatMap({ try reading.paper($0) }) else { throw ActError.notFound }
                paper = found
                try self.checkIsNewest(paper)
            } else if let named = form.paper, named != kept.route.paper {
                // Nobody agrees to what they have not seen.
                throw ActError.changedMeanwhile
            } else if form.do == "agree", seen.isSuperseded {
                throw Self.paperChanged
            }
            let act = try self.act(form)
            if case .delegate(let person, _) = act {
                try self.check(people: [person], in: "to", reading)
            }
            return try self.take(act, on: kept, of: paper, series, by: caller, writing)
        }
        tellLetters(letters)
        return try await approval(id, as: caller)
    }

    /// Only what is there as a file, in its newest version, goes on its way.
    func checkIsNewest(_ paper: Paper) throws(ActError) {
        guard !paper.isWithdrawn else { throw .notFound }
        guard !paper.isSuperseded else { throw .changedMeanwhile }
        guard paper.sha256 != nil else {
            throw .refused(
                code: "approval",
                Sentence(
                    vietnamese: "Chỉ trình ký duyệt được tệp văn bản, không trình được đường dẫn.",
                    english: "Only files can be submitted for approval, not links."))
        }
    }

    /// - Parameter paper: the version that is on its way after the act.
    /// - Returns: how many letters were queued.
    func take(
        _ act: ApprovalAct, on kept: KeptApproval, of paper: Paper, _ series: Series, by caller: Caller,
        _ writing: Writing
    ) throws -> Int {
        let now = now()
        var route = kept.route
        do {
            try route.take(act, by: actor(caller, series), at: now)
        } catch {
            throw error.actError
        }
        var delegate: PersonID?
        if case .delegate(let person, _) = act { delegate = person }
        try writing.put(
            route,
            after: KeptApprovalAct(
                at: now, person: caller.person.id, act: act.name, step: kept.route.current, round: kept.route.round,
                note: act.note, paper: route.paper, delegate: delegate))
        // What waited for a signature was prepared for a step that is not as it was.
        if case .sign = act {} else { try writing.dropPreparations(of: route.id) }
        try writing.record(
            at: now, who: caller.name, what: "approval.\(act.name)", object: "approval \(route.id)",
            detail: ["\(paper.title) (\(paper.sha256 ?? ""))", act.note].filter { !$0.isEmpty }.joined(separator: ": "))
        return try queueApprovalLetters(act, before: kept.route, after: route, kept, paper, series, by: caller, writing)
    }
}
