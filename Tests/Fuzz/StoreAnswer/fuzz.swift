// sources: Sources/ObjectStore/StoreAnswer.swift Sources/ObjectStore/ObjectStoreError.swift
import Foundation

/// What an object store answers: whatever it is, it is read or passed over.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let start, count > 1 else { return 0 }
    let body = Array(UnsafeBufferPointer(start: start, count: count))
    let answer = StoreAnswer(status: 200 + Int(body[0]) * 2, body: Array(body.dropFirst()))
    for part in AnswerText.elements("Part", in: answer.text) {
        _ = AnswerText.value("PartNumber", in: part)
        _ = AnswerText.value("ETag", in: part)
    }
    _ = AnswerText.value("UploadId", in: answer.text)
    do throws(ObjectStoreError) { try answer.check() } catch { _ = error.vietnamese + error.english }
    return 0
}
