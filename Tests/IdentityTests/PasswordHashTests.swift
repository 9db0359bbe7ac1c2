import Glibc
import Testing

@testable import Identity

struct PasswordHashTests {
    /// RFC 7914 §12; its fourth vector takes 1 GiB, which our bounds refuse.
    @Test(arguments: [
        (
            "", "", 4, 1, 1,
            """
            77 d6 57 62 38 65 7b 20 3b 19 ca 42 c1 8a 04 97 f1 6b 48 44 e3 07 4a e8 df df fa 3f ed e2 14 42
            fc d0 06 9d ed 09 48 f8 32 6a 75 3a 0f c8 1f 17 e8 d3 e0 fb 2e 0d 36 28 cf 35 e2 0c 38 d1 89 06
            """
        ),
        (
            "password", "NaCl", 10, 8, 16,
            """
            fd ba be 1c 9d 34 72 00 78 56 e7 19 0d 01 e9 fe 7c 6a d7 cb c8 23 78 30 e7 73 76 63 4b 37 31 62
            2e af 30 d9 2e 22 a3 88 6f f1 09 27 9d 98 30 da c7 27 af b9 4a 83 ee 6d 83 60 cb df a2 cc 06 40
            """
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            """
            70 23 bd cb 3a fd 73 48 46 1c 06 cd 81 fd 38 eb fd a8 fb ba 90 4f 8e 3e a9 b5 43 f6 54 5d a1 f2
            d5 43 29 55 61 3f 0f cf 62 d4 97 05 24 2a 9a f9 e6 1e 85 dc 0d 65 1e 40 df cf 01 7b 45 57 58 87
            """
        ),
    ])
    func `scrypt gives the keys of RFC 7914`(
        password: String, salt: String, logN: Int, r: Int, p: Int, expected: String
    ) throws {
        let scrypt = try #require(Scrypt(checkedLogN: logN, r: r, p: p))
        #expect(scrypt.key(password: Array(password.utf8), salt: Array(salt.utf8), count: 64) == bytes(expected))
    }

    @Test func `a hash knows its password after being kept as text, and no other`() throws {
        let hash = try PasswordHash.make(password: "Họp giao ban 7 giờ 30")
        let kept = try PasswordHash(hash.text)
        #expect(kept == hash)
        #expect(hash.text.hasPrefix("$scrypt$ln=15,r=8,p=1$"))
        #expect(kept.isCurrent)
        #expect(kept.verify("Họp giao ban 7 giờ 30"))
        #expect(!kept.verify("Họp giao ban 7 giờ 31"))
        #expect(!kept.verify("họp giao ban 7 giờ 30"))
        #expect(!kept.verify(""))
    }

    @Test func `two hashes of one password differ`() throws {
        #expect(
            try PasswordHash.make(password: "một mật khẩu").text != PasswordHash.make(password: "một mật khẩu").text)
    }

    @Test func `a password is the same however the keyboard composes it, and whichever space it has`() throws {
        let hash = try PasswordHash.make(password: "Bắc Kạn điểm cầu")
        #expect(hash.verify("Ba\u{306}\u{301}c Ka\u{323}n đie\u{302}\u{309}m ca\u{302}\u{300}u"))
        #expect(hash.verify("Bắc\u{A0}Kạn điểm\u{3000}cầu"))
    }

    @Test(arguments: [
        "", "$scrypt$", "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=21,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=20,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=-1,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=0,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8,p=99999999999999999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8,p=1$AA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA",
        "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAB$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$r=8,ln=15,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `what is no hash, or would take too much memory, is refused`(text: String) {
        #expect(throws: PasswordHash.Failure.notAHash) { try PasswordHash(text) }
    }

    @Test func `a hash with older parameters still verifies and asks to be replaced`() throws {
        let scrypt = try #require(Scrypt(checkedLogN: 14, r: 8, p: 1))
        let salt = Array("0123456789abcdef".utf8)
        let key = try #require(scrypt.key(password: Array("mật khẩu cũ".utf8), salt: salt, count: 32))
        let hash = try PasswordHash(PasswordHash(scrypt: scrypt, salt: salt, key: key).text)
        #expect(hash.verify("mật khẩu cũ"))
        #expect(!hash.isCurrent)
    }

    @Test func `passwords that cannot be typed again are not hashed`() {
        for password in ["", "hai\ndòng của mật khẩu", "nul\0 ở giữa chừng", String(repeating: "a", count: 129)] {
            #expect(throws: PasswordHash.Failure.unusablePassword) { try PasswordHash.make(password: password) }
        }
    }
}

struct PasswordWorkerTests {
    @Test func `the worker makes, verifies and says no to what nobody has`() async throws {
        let worker = PasswordWorker()
        let hash = try await worker.make("Họp giao ban thứ Hai")
        #expect(try await worker.verify("Họp giao ban thứ Hai", against: hash.text))
        #expect(try await !worker.verify("Họp giao ban thứ Ba", against: hash.text))
        #expect(try await !worker.verify("Họp giao ban thứ Hai", against: nil))
        #expect(try await !worker.verify("Họp giao ban thứ Hai", against: "hỏng"))
        await #expect(throws: PasswordWorker.Failure.cannotHash(.unusablePassword)) { try await worker.make("") }
    }

    @Test func `an unknown address takes as long as a known one`() async throws {
        let hash = try PasswordHash.make(password: "Họp giao ban thứ Hai")
        let cost = processorTime { _ = hash.verify("không đúng đâu") }
        let decoy = processorTime { _ = PasswordHash.decoy.verify("không đúng đâu") }
        #expect(decoy > cost / 2 && cost > decoy / 2, "\(cost) known, \(decoy) unknown")
        // What others do on the machine only adds time.
        let worker = PasswordWorker()
        let took = try await ContinuousClock().measure { _ = try await worker.verify("không đúng đâu", against: nil) }
        #expect(took > cost / 2)
    }

    /// Of this thread, the shortest of three runs.
    private func processorTime(_ body: () -> Void) -> Duration {
        func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        return (0..<3).map { _ in
            let start = now()
            body()
            return now() - start
        }.min() ?? .zero
    }

    @Test func `no more run or wait than may, and the rest is refused at once`() async throws {
        let work = BlockingWork(label: "test", lanes: 2, room: 3)
        let gate = Gate()
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<9 {
                group.addTask { (try? await work.run { gate.enter() }) != nil }
            }
            var refused = 0
            var done: [Bool] = []
            // The four beyond 2 running and 3 waiting end while nobody has been let through.
            while refused < 4, let result = await group.next() {
                if !result { refused += 1 }
                done.append(result)
            }
            while gate.most < 2 { await Task.yield() }
            gate.open()
            for await result in group { done.append(result) }
            return done
        }
        #expect(results.count { $0 } == 5)
        #expect(results.prefix(4).allSatisfy { !$0 })
        #expect(gate.most == 2)
        #expect(await work.waitingCount == 0)
        #expect((try? await work.run { true }) == true)
    }
}
