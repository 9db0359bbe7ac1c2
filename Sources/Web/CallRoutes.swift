import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Relay

/// What a request knows beside its own text: where it comes from.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

/// Joining and leaving as the call page does it.
struct CallRoutes: Sendable {
    /// A page's offer has some twenty media sections.
    static let bodyLimit = 2 << 20

    let hub: RoomHub
    let gate: Gate

    private struct Joined: Encodable {
        struct Slot: Encodable {
            var mid: String
            var kind: String
            var role: TrackRole
        }

        var participant: String
        var token: String
        var answer: String
        var room: String
        var slots: [Slot]
    }

    func add(to router: Router<CallContext>) {
        router.post("/api/rooms/:room/join", use: join)
        router.delete("/api/rooms/:room/participants/:id", use: leave)
        // navigator.sendBeacon can only POST.
        router.post("/api/rooms/:room/participants/:id/leave", use: leave)
    }

    @Sendable private func join(_ request: Request, _ context: CallContext) async throws -> Response {
        let room = try roomName(context)
        try await gate.admit(context.remoteAddress)
        let right = try gate.checkPage(room: room, request: request)
        let body: JoinBody
        do {
            body = try JSONDecoder().decode(JoinBody.self, from: try await collect(request, limit: Self.bodyLimit))
        } catch let error as Refusal {
            throw error
        } catch {
            throw Refusal.badBody
        }
        let join = JoinRequest(
            offerSDP: body.offer, displayName: cleanName(body.name ?? ""), site: cleanName(body.site ?? ""),
            roles: body.tracks ?? [:], mode: .page,
            line: KnownLine(down: body.line?.down.flatMap { (1...10_000_000).contains($0) ? $0 : nil }),
            reception: body.receive ?? .full)
        let (result, token) = try await hub.joinOrRefuse(room: room, request: join, right: right)
        return try jsonResponse(
            Joined(
                participant: result.participant.description, token: token, answer: result.answerSDP, room: room,
                slots: result.slots.map {
                    .init(mid: $0.mid, kind: $0.role.isVideo ? "video" : "audio", role: $0.role)
                }))
    }

    @Sendable private func leave(_ request: Request, _ context: CallContext) async throws -> Response {
        let room = try roomName(context)
        guard let id = context.parameters.get("id").flatMap({ ParticipantID($0) }) else {
            throw Refusal.unknownParticipant
        }
        let token = bearer(request) ?? request.uri.queryParameters["token"].map(String.init) ?? ""
        guard await hub.isAuthorised(id, room: room, token: token) else { throw Refusal.unknownParticipant }
        await hub.leave(id)
        return Response(status: .noContent)
    }
}

// MARK: What the routes share

extension RoomHub {
    func joinOrRefuse(
        room: String, request: JoinRequest, right: JoinToken?
    ) async throws(Refusal) -> (result: JoinResult, token: String) {
        let entry = try await door.enter(room: room, token: right)
        do {
            return try await join(
                room: room, request: request, mayChair: right?.rights.contains(.chair) ?? false, entry: entry)
        } catch {
            throw Refusal(error)
        }
    }
}

/// The room of a path.
func roomName(_ context: CallContext) throws -> String {
    guard let room = context.parameters.get("room"), isRoomName(room) else { throw Refusal.badRoom }
    return room
}

/// 1 to 64 letters, digits, hyphens and underscores.
public func isRoomName(_ name: some StringProtocol) -> Bool {
    (1...64).contains(name.utf8.count)
        && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
}

func bearer(_ request: Request) -> String? {
    guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
    return header.dropFirst("bearer ".count).trimmingCharacters(in: .whitespaces)
}

/// A body of bounded length.
func collect(_ request: Request, limit: Int) async throws -> Data {
    do {
        return Data(try await request.body.collect(upTo: limit).readableBytesView)
    } catch is NIOTooManyBytesError {
        throw Refusal.tooLarge
    } catch {
        // Chunks or a compression that are none.
        throw Refusal.badBody
    }
}

func jsonBuffer(_ value: some Encodable) throws -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return ByteBuffer(bytes: try encoder.encode(value))
}

func jsonResponse(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
        status: status,
        headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
        body: .init(byteBuffer: try jsonBuffer(value)))
}
