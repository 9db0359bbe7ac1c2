import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

/// Approval and signing. What a signer's machine asks for with a ticket and without a session is at the end.
extension APIRoutes {
    var approvalRoutes: [APIRoute] {
        struct Lines: Encodable { var approvals: [ApprovalLine] }
        struct Comments: Encodable { var comments: [CommentShown] }
        return [
            APIRoute(.get, "/api/approvals") { call in
                try jsonAnswer(await scheduler.approvals(as: call.caller), call.request)
            },
            APIRoute(.get, "/api/approvals/:id") { call in
                let id: ApprovalID = try call.id()
                return try jsonAnswer(await scheduler.approval(id, as: call.caller), call.request)
            },
            APIRoute(.post, "/api/approvals/:id/acts") { call in
                try jsonAnswer(await scheduler.act(call.body(), on: call.id(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/papers/:id/approvals") { call in
                let id: PaperID = try call.id()
                return try jsonAnswer(
                    Lines(approvals: await scheduler.approvals(of: id, as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/papers/:id/approvals") { call in
                try jsonAnswer(
                    await scheduler.addApproval(call.body(), of: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.get, "/api/papers/:id/comments") { call in
                try jsonAnswer(
                    Comments(comments: await scheduler.comments(of: call.id(), as: call.caller)), call.request)
            },
            APIRoute(.post, "/api/papers/:id/comments") { call in
                try jsonAnswer(
                    await scheduler.addComment(call.body(), of: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.patch, "/api/comments/:id") { call in
                try await scheduler.setComment(call.number(), call.body(), as: call.caller)
                return Response(status: .noContent)
            },
        ]
    }

    var signingRoutes: [APIRoute] {
        [
            APIRoute(.get, "/api/papers/:id/signatures") { call in
                try jsonAnswer(
                    await scheduler.signatures(of: call.id(), isAgain: call.query("again") == "1", as: call.caller),
                    call.request)
            },
            APIRoute(.post, "/api/papers/:id/signing") { call in
                try jsonAnswer(
                    await scheduler.prepareSignature(call.body(), of: call.id(), as: call.caller), call.request,
                    status: .created)
            },
            APIRoute(.get, "/api/signings/:id") { call in
                try jsonAnswer(
                    await scheduler.signing(call.context.parameters.get("id") ?? "", as: call.caller), call.request)
            },
            APIRoute(.get, "/api/signings/:id/file") { call in
                try preparedFile(
                    await scheduler.preparedFile(call.context.parameters.get("id") ?? "", as: call.caller))
            },
            APIRoute(.post, "/api/signings/:id") { call in
                let message = try await collect(call.request, limit: SchedulerService.largestSignature)
                return try jsonAnswer(
                    await scheduler.takeSignature(
                        [UInt8](message), for: call.context.parameters.get("id") ?? "", as: call.caller), call.request)
            },
        ]
    }

    /// What `giaoban sign with` asks: a ticket (RFC 6750 §2.1) stands for one file that waits for one signature. Browsers
    /// send no such header by themselves.
    func addSigningTickets(to group: RouterGroup<CallContext>) {
        group.get("/api/signing-ticket") { request, _ in
            try jsonAnswer(await scheduler.signing(ticket: try ticket(request)), request)
        }
        group.get("/api/signing-ticket/file") { request, _ in
            try preparedFile(await scheduler.preparedFile(ticket: try ticket(request)))
        }
        group.post("/api/signing-ticket") { request, _ in
            let ticket = try ticket(request)
            let message = try await collect(request, limit: SchedulerService.largestSignature)
            return try jsonAnswer(await scheduler.takeSignature([UInt8](message), ticket: ticket), request)
        }
    }

    private func ticket(_ request: Request) throws(ActError) -> String {
        guard let ticket = bearer(request) else { throw .notSignedIn }
        return ticket
    }

    private func preparedFile(_ file: URL) throws(ActError) -> Response {
        guard let data = try? Data(contentsOf: file) else { throw .notFound }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/pdf", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"cho-ky.pdf\"",
                .contentSecurityPolicy: "sandbox; default-src 'none'",
            ], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
