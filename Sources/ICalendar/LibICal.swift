import CIcal
import Synchronization

/// What every use of libical has in common.
enum LibICal {
    private static let prepared: Void = icalerror_set_errors_are_fatal(0)

    /// libical would end the program at an error (its default can be set when it is built).
    static func prepare() { prepared }

    /// Held while components and zones are in use: libical expands time zones and keeps its table of them in globals.
    static let zones = Mutex(())

    /// A time on no zone's clock.
    static func time(_ time: LocalDateTime) -> icaltimetype {
        var result = icaltime_null_time()
        result.year = Int32(time.date.year)
        result.month = Int32(time.date.month)
        result.day = Int32(time.date.day)
        result.hour = Int32(time.hour)
        result.minute = Int32(time.minute)
        return result
    }

    /// Takes over a string that libical allocated.
    static func take(_ string: UnsafeMutablePointer<CChar>?) -> String? {
        guard let string else { return nil }
        defer { icalmemory_free_buffer(string) }
        return String(cString: string)
    }
}

/// Owns a tree of libical's components.
struct OwnedComponent: ~Copyable {
    let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit { icalcomponent_free(pointer) }
}
