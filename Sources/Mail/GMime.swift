import CGMime

/// GMime's own start: once in a process, before any other call.
enum GMime {
    static let started: Void = {
        g_mime_init()
    }()
}

/// A GObject, released at the end of its life. C's subtypes are seen through `as`.
struct GObjectOwner: ~Copyable {
    let pointer: UnsafeMutableRawPointer

    /// - Parameter object: Owned by the caller; nil where GMime could not make it.
    init?<T>(owning object: UnsafeMutablePointer<T>?) {
        guard let object else { return nil }
        pointer = UnsafeMutableRawPointer(object)
    }

    deinit { g_object_unref(pointer) }

    /// The object seen as one of its own types; valid while the owner lives.
    func `as`<T>(_ type: T.Type) -> UnsafeMutablePointer<T> { pointer.assumingMemoryBound(to: type) }
}
