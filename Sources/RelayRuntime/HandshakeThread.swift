import CSockets
import Foundation
import Relay
import SecureTransport
import Synchronization

/// Makes the DTLS handshakes of all workers on a thread of its own: one costs as much as forwarding a thousand packets
/// (ECDSA, ECDHE), and when a whole province joins at once no voice is to wait for that.
final class HandshakeThread: Sendable {
    private enum Task: Sendable {
        case begin(ParticipantID, [(algorithm: String, bytes: [UInt8])], Mailbox)
        case receive([HandshakeDatagram])
        case end(ParticipantID)
        case stop
    }

    /// One participant's association, touched by the thread only.
    private final class Association {
        var server: DTLSServer
        let mailbox: Mailbox

        init(server: consuming DTLSServer, mailbox: Mailbox) {
            self.server = server
            self.mailbox = mailbox
        }
    }

    private let tasks = Mutex<[Task]>([])
    private let bell = DispatchSemaphore(value: 0)
    private let context: DTLSContext

    init(context: DTLSContext) { self.context = context }

    func start() {
        let thread = Thread { [self] in run() }
        thread.name = "handshakes"
        thread.stackSize = 1 << 20
        thread.start()
    }

    func stop() { leave(.stop) }

    /// Expects a participant's handshake. What comes of it is left in the worker's mailbox.
    func begin(_ id: ParticipantID, fingerprints: [(algorithm: String, bytes: [UInt8])], mailbox: Mailbox) {
        leave(.begin(id, fingerprints, mailbox))
    }

    func receive(_ datagrams: [HandshakeDatagram]) { leave(.receive(datagrams)) }

    /// The participant is gone.
    func end(_ id: ParticipantID) { leave(.end(id)) }

    private func leave(_ task: Task) {
        tasks.withLock { $0.append(task) }
        bell.signal()
    }

    // MARK: The thread

    private func run() {
        _ = csockets_name_thread("handshakes")
        var associations: [ParticipantID: Association] = [:]
        while true {
            // OpenSSL keeps the times of its flights itself; it is asked to look while a handshake is under way.
            let deadline = associations.values.compactMap { $0.server.nextDeadline }.min()
            let now = csockets_monotonic_us()
            if let deadline {
                _ = bell.wait(timeout: .now() + .microseconds(Int(max(deadline - now, 0))))
            } else {
                bell.wait()
            }
            let waiting = tasks.withLock { tasks in
                defer { tasks = [] }
                return tasks
            }
            for task in waiting {
                switch task {
                case .begin(let id, let fingerprints, let mailbox):
                    associations[id] = Association(
                        server: DTLSServer(context: context, expectedFingerprints: fingerprints), mailbox: mailbox)
                case .receive(let datagrams):
                    for datagram in datagrams {
                        guard let association = associations[datagram.participant] else { continue }
                        receive(datagram, association)
                    }
                case .end(let id): associations[id] = nil
                case .stop: return
                }
            }
            repeatFlights(of: associations)
        }
    }

    private func receive(_ datagram: HandshakeDatagram, _ association: Association) {
        var answers: [[UInt8]] = []
        let progress = datagram.bytes.withUnsafeBytes { bytes in
            association.server.receive(bytes, now: csockets_monotonic_us()) { answers.append(Array($0)) }
        }
        report(datagram.participant, progress, answers, to: association.mailbox)
    }

    private func repeatFlights(of associations: [ParticipantID: Association]) {
        let now = csockets_monotonic_us()
        for (id, association) in associations {
            guard let deadline = association.server.nextDeadline, now >= deadline else { continue }
            var answers: [[UInt8]] = []
            association.server.timeout(now: now) { answers.append(Array($0)) }
            report(id, .handshaking, answers, to: association.mailbox)
        }
    }

    private func report(_ id: ParticipantID, _ progress: DTLSProgress, _ answers: [[UInt8]], to mailbox: Mailbox) {
        switch progress {
        case .handshaking, .ignored:
            if answers.isEmpty { return }
        case .established, .failed, .closed: break
        }
        mailbox.post { relay, now, batch in
            relay.handshake(id, made: progress, datagrams: answers, now: now, into: &batch)
        }
    }
}
