import Foundation
import HTTPTypes
import Hummingbird
import ICE
import NIOCore
import Relay
import RelayRuntime
import SDP

/// WHIP (RFC 9725) for anybody who sends, WHEP for anybody who watches: one offer, one answer, no page.
struct WHIPRoutes: Sendable {
    static let bodyLimit = 1 << 20

    let hub: RoomHub
    let runtime: RelayRuntime
    let gate: Gate

    func add(to router: Router<CallContext>) {
        for (path, isWatching) in [("whip", false), ("whep", true)] {
            router.post("/\(path)/:room") { request, context in
                try await self.join(request, context, path: path, isWatching: isWatching)
            }
            router.patch("/\(path)/:room/:id") { request, context in try await self.patch(request, context) }
            router.delete("/\(path)/:room/:id") { request, context in try await self.delete(request, context) }
            for route in ["/\(path)/:room", "/\(path)/:room/:id"] {
                router.on(RouterPath(route), method: .options) { _, _ in
                    Response(
                        status: .noContent,
                        headers: Self.crossOrigin([
                            .accessControlAllowMethods: "POST, PATCH, DELETE, OPTIONS",
                            .accessControlAllowHeaders: "authorization, content-type, if-match",
                            .accessControlMaxAge: "86400", HTTPField.acceptPost: "application/sdp",
                        ]))
                }
                // RFC 9725 §4.2: other methods are not for these resources.
                router.get(RouterPath(route)) { _, _ in
                    Response(status: .methodNotAllowed, headers: Self.crossOrigin([.allow: "POST, OPTIONS"]))
                }
            }
        }
    }

    private static func crossOrigin(_ fields: HTTPFields) -> HTTPFields {
        var all = fields
        all[.accessControlAllowOrigin] = "*"
        all[.accessControlExposeHeaders] = "location, etag, link, retry-after"
        return all
    }

    private func join(
        _ request: Request, _ context: CallContext, path: String, isWatching: Bool
    ) async throws -> Response {
        let room = try roomName(context)
        try await gate.admit(context.remoteAddress)
        let right = try gate.check(room: room, rights: isWatching ? .view : .publish, token: bearer(request))
        guard isType(request, "application/sdp") else { throw Refusal.wrongType }
        let offer = String(decoding: try await collect(request, limit: Self.bodyLimit), as: UTF8.self)
        let mode: JoinRequest.Mode
        if isWatching {
            let exclude = request.uri.queryParameters["exclude"].flatMap { ParticipantID(String($0)) }
            mode = .whep(exclude: exclude)
        } else {
            mode = .whip
        }
        let name = request.uri.queryParameters["name"].map { cleanName(String($0)) } ?? (isWatching ? "WHEP" : "WHIP")
        let (result, _) = try await hub.joinOrRefuse(
            room: room, request: JoinRequest(offerSDP: offer, displayName: name, mode: mode), right: right)
        return Response(
            status: .created,
            headers: Self.crossOrigin([
                .contentType: "application/sdp", .location: "/\(path)/\(room)/\(result.participant)",
                .eTag: "\"\(result.participant)\"", HTTPField.acceptPatch: "application/trickle-ice-sdpfrag",
            ]), body: .init(byteBuffer: ByteBuffer(string: result.answerSDP)))
    }

    /// Candidates are of no use to us; new credentials are an ICE restart (RFC 9725 §4.3.2).
    private func patch(_ request: Request, _ context: CallContext) async throws -> Response {
        let id = try await session(request, context)
        guard isType(request, "application/trickle-ice-sdpfrag") else { throw Refusal.wrongType }
        let text = String(decoding: try await collect(request, limit: Self.bodyLimit), as: UTF8.self)
        let fragment: TrickleFragment
        do {
            fragment = try TrickleFragment(parsing: text)
        } catch {
            throw Refusal(.badOffer(error))
        }
        // Credentials of the first offer come with every trickled candidate: those are no restart. A client that
        // restarts says so by If-Match: *.
        guard request.headers[.ifMatch] == "*", let ufrag = fragment.iceUfrag, let password = fragment.icePassword
        else { return Response(status: .noContent, headers: Self.crossOrigin([:])) }
        guard let local = await runtime.restartICE(id, ufrag: ufrag, password: password) else {
            throw Refusal.unknownParticipant
        }
        return Response(
            status: .ok, headers: Self.crossOrigin([.contentType: "application/trickle-ice-sdpfrag"]),
            body: .init(
                byteBuffer: ByteBuffer(
                    string: TrickleFragment.restart(ufrag: local.ufrag, password: local.password))))
    }

    private func delete(_ request: Request, _ context: CallContext) async throws -> Response {
        let id = try await session(request, context)
        await hub.leave(id)
        return Response(status: .ok, headers: Self.crossOrigin([:]))
    }

    /// The participant of a path: who may join may also leave (RFC 9725 §4.7 has the token in every request).
    private func session(_ request: Request, _ context: CallContext) async throws -> ParticipantID {
        let room = try roomName(context)
        do {
            try gate.check(room: room, rights: .publish, token: bearer(request))
        } catch {
            try gate.check(room: room, rights: .view, token: bearer(request))
        }
        guard let id = context.parameters.get("id").flatMap({ ParticipantID($0) }),
            await hub.isPresent(id, room: room)
        else { throw Refusal.unknownParticipant }
        return id
    }

    private func isType(_ request: Request, _ type: String) -> Bool {
        let actual = request.headers[.contentType]?.split(separator: ";").first ?? ""
        return actual.trimmingCharacters(in: .whitespaces).lowercased() == type
    }
}

extension HTTPField {
    /// RFC 5789 §3.1.
    static var acceptPatch: Name { Name("Accept-Patch") ?? .accept }
    static var acceptPost: Name { Name("Accept-Post") ?? .accept }
}
