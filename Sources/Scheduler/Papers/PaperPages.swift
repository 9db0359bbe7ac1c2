import Briefing
import Conversion
import Foundation
import Store

/// A paper's pages as they are told to who may read it.
public struct PaperPages: Encodable, Sendable {
    public enum State: String, Encodable, Sendable {
        case waiting, converting, ready, failed
        /// It has none and gets none: a link, a reference, sound, video.
        case none

        init(_ paper: Paper, _ conversion: KeptConversion?) {
            guard paper.sha256 != nil, PaperKind(type: paper.type) != nil else {
                self = .none
                return
            }
            self = conversion.flatMap { State(rawValue: $0.state.rawValue) } ?? .waiting
        }
    }

    public struct Page: Encodable, Sendable {
        public var n: Int
        /// Of size l, in pixels.
        public var width: Int
        public var height: Int
        /// Of each image, by the name of its size.
        public var bytes: [String: Int]
    }

    public var state: State
    public var done: Int
    public var total: Int
    public var message: BothLanguages?
    /// Widths in pixels.
    public var sizes: [String: Int]
    public var pages: [Page]
}

extension SchedulerService {
    /// - Parameter paper: one that whoever asks may read.
    public func pages(of paper: Paper) async throws -> PaperPages {
        let folder = paper.sha256.map(settings.papers.pages(of:))
        let (conversion, kept) = try await store.read { reading in
            let conversion = try paper.sha256.flatMap { try reading.conversion(of: $0) }
            guard let conversion, conversion.state == .ready else { return (conversion, [KeptPage]()) }
            return (conversion, try reading.pages(of: conversion.sha256))
        }
        let state = PaperPages.State(paper, conversion)
        let message = state == .failed ? ConversionFailure(rawValue: conversion?.reason ?? "")?.sentence : nil
        return PaperPages(
            state: state, done: conversion?.done ?? 0, total: conversion?.pages ?? 0, message: message,
            sizes: Dictionary(uniqueKeysWithValues: PageSize.allCases.map { ($0.rawValue, $0.width) }),
            pages: kept.map { page in
                let bytes = PageSize.allCases.map { size in
                    (size.rawValue, folder.map { fileSize($0.appendingPathComponent(size.file(page.number))) } ?? 0)
                }
                return PaperPages.Page(
                    n: page.number, width: page.width, height: page.height,
                    bytes: Dictionary(uniqueKeysWithValues: bytes))
            })
    }

    /// The image of a page (WebP, RFC 9649).
    ///
    /// - Throws: ``ActError/notFound`` where there is no such page, or none yet.
    public func pageImage(_ number: Int, _ size: PageSize, of paper: Paper) async throws -> Data {
        guard let sha256 = paper.sha256, try await page(number, of: paper) != nil,
            let data = try? Data(
                contentsOf: settings.papers.pages(of: sha256).appendingPathComponent(size.file(number)))
        else { throw ActError.notFound }
        return data
    }

    /// The words of a page.
    ///
    /// - Throws: ``ActError/notFound`` where there is no such page, or none yet.
    public func pageText(_ number: Int, of paper: Paper) async throws -> String {
        guard let page = try await page(number, of: paper) else { throw ActError.notFound }
        return page.text
    }

    private func page(_ number: Int, of paper: Paper) async throws -> KeptPage? {
        guard let sha256 = paper.sha256 else { return nil }
        return try await store.read { try $0.page(number, of: sha256) }
    }
}

private func fileSize(_ file: URL) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
}
