import Briefing
import Foundation
import ICalendar
import Identity
import Scheduler
import Store

/// The demo province: its units and sites from the lists beside the scheduler's pages, four accounts, and a weekly
/// briefing of all districts and departments.
struct Demo {
    let scheduler: SchedulerService
    let folder: URL

    static let password = "Giao ban 7 gio 30"
    static let accounts = [
        DemoAccount(email: "quantri@backan.example", password: password, what: "Quản trị hệ thống"),
        DemoAccount(email: "thuky@backan.example", password: password, what: "Thư ký, Văn phòng UBND tỉnh"),
        DemoAccount(email: "chutich@backan.example", password: password, what: "Chủ trì, Chủ tịch UBND tỉnh"),
        DemoAccount(email: "babe@backan.example", password: password, what: "Đại biểu, huyện Ba Bể"),
    ]

    /// Does nothing where somebody has an account already.
    func fill() async throws {
        guard try await scheduler.needsSetup() else { return }
        let list = try String(contentsOf: folder.appendingPathComponent("units.csv"), encoding: .utf8)
        let hash = try PasswordHash.make(password: Self.password).text
        try await scheduler.fillDemo(units: list, province: "Tỉnh Bắc Kạn", passwordHash: hash)
        try await scheduler.openDemoCall()
    }
}
