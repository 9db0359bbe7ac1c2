import Briefing
import Scheduler
import Testing

@testable import Web

@Suite struct ConductFeedTests {
    private let everybody = ConductFeed.Sight(isConsole: false) { _ in false }

    private func entry(_ key: String, _ json: String, _ audience: ConductEntry.Audience = .all) -> ConductEntry {
        ConductEntry(key: key, audience: audience, json: json)
    }

    @Test func `A page is told what has changed since it was last told, and nothing else`() {
        var feed = ConductFeed()
        feed.update([entry("floor", "null"), entry("roll", "1")], lines: 0)
        let first = feed.version
        feed.update([entry("floor", "null"), entry("roll", "2")], lines: 0)
        #expect(feed.news(since: first, everybody).set == ["\"roll\":2"])
        #expect(Set(feed.news(since: 0, everybody).set) == ["\"floor\":null", "\"roll\":2"])
        #expect(feed.news(since: feed.version, everybody).set.isEmpty)
    }

    @Test func `What is gone is said once, to who had been told of it`() {
        var feed = ConductFeed()
        feed.update([entry("floor", "1"), entry("decision/1", "1")], lines: 0)
        let first = feed.version
        feed.update([entry("floor", "1")], lines: 0)
        #expect(feed.news(since: first, everybody).gone == ["\"decision/1\""])
        #expect(feed.news(since: 0, everybody).gone.isEmpty)
    }

    @Test func `Consoles see more, and a private word only those whom it is for`() {
        var feed = ConductFeed()
        feed.update(
            [entry("floor", "1"), entry("waiting", "[]", .console), entry("chat/1", "{}", .line(1))], lines: 1)
        #expect(feed.news(since: 0, everybody).set == ["\"floor\":1"])
        let console = ConductFeed.Sight(isConsole: true) { $0 == 1 }
        #expect(Set(feed.news(since: 0, console).set) == ["\"floor\":1", "\"waiting\":[]", "\"chat/1\":{}"])
    }

    @Test func `What is decided is for who leads and not for technicians`() {
        var feed = ConductFeed()
        feed.update([entry("waiting", "[]", .console), entry("decision/1", "{}", .leaders)], lines: 0)
        let technician = ConductFeed.Sight(isConsole: true) { _ in false }
        #expect(feed.news(since: 0, technician).set == ["\"waiting\":[]"])
        let leader = ConductFeed.Sight(isConsole: true, leads: true) { _ in false }
        #expect(Set(feed.news(since: 0, leader).set) == ["\"waiting\":[]", "\"decision/1\":{}"])
    }

    @Test func `Lines of chat stay though they are not told again`() {
        var feed = ConductFeed()
        feed.update([entry("chat/1", "1")], lines: 1)
        let first = feed.version
        feed.update([entry("chat/2", "2")], lines: 2)
        #expect(feed.news(since: first, everybody).set == ["\"chat/2\":2"])
        #expect(Set(feed.news(since: 0, everybody).set) == ["\"chat/1\":1", "\"chat/2\":2"])
    }

    @Test func `An address of a conduct socket says room, token, page and language`() {
        let address = ConductSocket.Address("/api/rooms/hop-1/conduct?token=a.b&session=x&lang=en")
        #expect(address?.room == "hop-1")
        #expect(address?.token == "a.b")
        #expect(address?.session == "x")
        #expect(address?.isEnglish == true)
        #expect(ConductSocket.Address("/api/rooms/hop-1/socket") == nil)
        #expect(ConductSocket.Address("/api/rooms/../conduct?token=x") == nil)
    }
}
