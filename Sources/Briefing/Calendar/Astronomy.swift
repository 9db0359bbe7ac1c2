import Glibc

/// Where the sun and the moon are, as far as a lunar calendar needs it: Jean Meeus, *Astronomical Algorithms* (2nd ed.),
/// with the short series that Hồ Ngọc Đức's description of the Vietnamese calendar uses. New moons are right within a
/// few minutes from 1800 to 2200.
enum Astronomy {
    private static let radians = Double.pi / 180

    /// - Parameter index: new moons since that of 1900-01-01 13:52 UTC, which is 0.
    /// - Returns: the moment as a Julian day in UTC.
    static func newMoon(_ index: Int) -> Double {
        let k = Double(index)
        let t = k / 1236.85
        let t2 = t * t
        let t3 = t2 * t
        var day = 2_415_020.75933 + 29.53058868 * k + 0.0001178 * t2 - 0.000000155 * t3
        day += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t2) * radians)
        // Mean anomalies of sun and moon, and the moon's argument of latitude.
        let m = (359.2242 + 29.10535608 * k - 0.0000333 * t2 - 0.00000347 * t3) * radians
        let n = (306.0253 + 385.81691806 * k + 0.0107306 * t2 + 0.00001236 * t3) * radians
        let f = (21.2964 + 390.67050646 * k - 0.0016528 * t2 - 0.00000239 * t3) * radians
        var correction = (0.1734 - 0.000393 * t) * sin(m) + 0.0021 * sin(2 * m)
        correction += -0.4068 * sin(n) + 0.0161 * sin(2 * n) - 0.0004 * sin(3 * n)
        correction += 0.0104 * sin(2 * f) - 0.0051 * sin(m + n) - 0.0074 * sin(m - n)
        correction += 0.0004 * sin(2 * f + m) - 0.0004 * sin(2 * f - m) - 0.0006 * sin(2 * f + n)
        correction += 0.0010 * sin(2 * f - n) + 0.0005 * sin(2 * n + m)
        return day + correction - dynamicalTimeAhead(t)
    }

    /// Dynamical time less universal time, in days; `t` in Julian centuries since 1900.
    private static func dynamicalTimeAhead(_ t: Double) -> Double {
        t < -11
            ? 0.001 + t * (0.000839 + t * (0.0002261 + t * (-0.00000845 - 0.000000081 * t)))
            : -0.000278 + t * (0.000265 + 0.000262 * t)
    }

    /// The sun's apparent longitude in degrees, 0 to 360, at a Julian day in UTC.
    static func sunLongitude(_ julianDay: Double) -> Double {
        let t = (julianDay - 2_451_545) / 36_525
        let t2 = t * t
        let m = (357.52910 + 35_999.05030 * t - 0.0001559 * t2 - 0.00000048 * t * t2) * radians
        let mean = 280.46645 + 36_000.76983 * t + 0.0003032 * t2
        var centre = (1.914600 - 0.004817 * t - 0.000014 * t2) * sin(m)
        centre += (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000290 * sin(3 * m)
        // Aberration and nutation.
        let apparent = mean + centre - 0.00569 - 0.00478 * sin((125.04 - 1934.136 * t) * radians)
        let longitude = apparent.truncatingRemainder(dividingBy: 360)
        return longitude < 0 ? longitude + 360 : longitude
    }
}
