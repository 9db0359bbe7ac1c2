import Briefing
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Scheduler

/// One request to the JSON API, with whoever makes it.
struct APICall: Sendable {
    let request: Request
    let context: CallContext
    let caller: Caller
    let session: SecretToken

    /// A number of the path.
    func id<Subject>(_ name: String = "id") throws -> Identifier<Subject> {
        Identifier(rawValue: try number(name))
    }

    /// A word of the path.
    func word(_ name: String) -> String { context.parameters.get(name) ?? "" }

    func number(_ name: String = "id") throws -> Int64 {
        guard let value = context.parameters.get(name).flatMap({ Int64($0) }), value > 0 else {
            throw ActError.notFound
        }
        return value
    }

    /// A value of the query as forms write it, where a plus sign is a space (URL standard,
    /// application/x-www-form-urlencoded).
    func query(_ name: String) -> String? {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, halves[0] == name else { continue }
            return halves[1].replacing("+", with: " ").removingPercentEncoding
        }
        return nil
    }

    /// A number of the query; nil where there is none.
    func queryID<Subject>(_ name: String) throws -> Identifier<Subject>? {
        guard let text = query(name), !text.isEmpty else { return nil }
        guard let value = Int64(text), value > 0 else {
            throw ActError.invalid([
                name: Sentence(vietnamese: "Phải là một số.", english: "It must be a number.")
            ])
        }
        return Identifier(rawValue: value)
    }

    func body<Form: Decodable>(_ form: Form.Type = Form.self) async throws -> Form {
        try await decodeForm(form, request)
    }
}

/// Forms are small; a series with every site and a long agenda has some 100 kB.
private let formLimit = 1 << 20

/// A form from a request's JSON; what is of the wrong kind is said by its field.
func decodeForm<Form: Decodable>(_ form: Form.Type, _ request: Request) async throws -> Form {
    let data = try await collect(request, limit: formLimit)
    let type = request.headers[.contentType]?.lowercased() ?? ""
    // A page of another site can send no JSON without asking first (Fetch standard, CORS-safelisted content types).
    guard type.hasPrefix("application/json") else {
        throw ActError.refused(
            code: "wrong-type",
            Sentence(
                vietnamese: "Nội dung phải có kiểu application/json.",
                english: "The content type must be application/json."
            ))
    }
    do {
        return try JSONDecoder().decode(Form.self, from: data)
    } catch let error as DecodingError {
        throw ActError.invalid(fields(of: error))
    }
}

private func fields(of error: DecodingError) -> [String: Sentence] {
    func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
    let wrongKind = Sentence(
        vietnamese: "Giá trị không đúng kiểu dữ liệu cần có.", english: "The value is not of the kind that is expected."
    )
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        return [path(context): wrongKind]
    case .keyNotFound(let key, let context):
        let name = [path(context), key.stringValue].filter { !$0.isEmpty }.joined(separator: ".")
        return [name: Sentence(vietnamese: "Thiếu mục này.", english: "This is missing.")]
    case .dataCorrupted(let context) where !context.codingPath.isEmpty:
        return [path(context): wrongKind]
    default:
        return [
            "": Sentence(
                vietnamese: "Yêu cầu không phải là JSON đúng. Hãy tải lại trang rồi thử lại.",
                english: "The request is not valid JSON. Reload the page and try again.")
        ]
    }
}

extension Request {
    /// Vietnamese unless English is asked for first.
    var language: String { headers[.acceptLanguage]?.lowercased().hasPrefix("en") == true ? "en" : "vi" }
}

/// An answer in the language of whoever asked.
func jsonAnswer(
    _ value: some Encodable, _ request: Request, status: HTTPResponse.Status = .ok
) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let key = Sentence.languageKey { encoder.userInfo[key] = request.language }
    return Response(
        status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
        body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
}
