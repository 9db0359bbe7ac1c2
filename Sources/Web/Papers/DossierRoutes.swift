import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Scheduler

extension APIRoutes {
    var dossierRoutes: [APIRoute] {
        struct Dossiers: Encodable { var dossiers: [ImportedDossierShown] }
        return [
            APIRoute(.get, "/api/occurrences/:id/dossier") { call in
                try jsonAnswer(await scheduler.dossier(of: call.id(), as: call.caller), call.request)
            },
            APIRoute(.get, "/api/occurrences/:id/dossier.zip") { call in
                let archive = try await scheduler.dossierArchive(of: call.id(), as: call.caller)
                return zipAnswer(archive.name, archive.length) { take in try await archive.write(take) }
            },
            APIRoute(.get, "/api/dossiers") { call in
                try jsonAnswer(
                    Dossiers(dossiers: await scheduler.importedDossiers(matching: call.query("q"), as: call.caller)),
                    call.request)
            },
            APIRoute(.get, "/api/dossiers/:id") { call in
                let text = try await scheduler.importedDossier(call.number(), as: call.caller)
                return Response(
                    status: .ok, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
                    body: .init(byteBuffer: ByteBuffer(string: text)))
            },
            APIRoute(.get, "/api/dossiers/:id/dossier.zip") { call in
                let file = try await scheduler.importedDossierFile(call.number(), as: call.caller)
                return zipAnswer(file.name, file.length) { take in try await file.write(take) }
            },
        ]
    }
}

/// An archive that is sent as it is made.
private func zipAnswer(
    _ name: String, _ length: UInt64,
    _ write: @escaping @Sendable (_ take: ([UInt8]) async throws -> Void) async throws -> Void
) -> Response {
    Response(
        status: .ok,
        headers: [
            .contentType: "application/zip", .cacheControl: "private, no-store",
            .contentDisposition: "attachment; filename=\"\(name)\"",
        ],
        body: ResponseBody(contentLength: Int(exactly: length)) { writer in
            try await write { bytes in try await writer.write(ByteBuffer(bytes: bytes)) }
            try await writer.finish(nil)
        })
}
