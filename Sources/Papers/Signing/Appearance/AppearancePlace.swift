/// Where a signature stands on its page: at the top right, or at the bottom right, as the page is shown.
struct AppearancePlace {
    /// In the page's own space.
    var box: PDFBox
    /// What turns the appearance so that it is read upright (ISO 32000-1 §12.5.5).
    var matrix: [PDFObject]

    /// From the page's upper or lower and its right edge, in points: within the margins that Nghị định 30/2020/NĐ-CP leaves
    /// free.
    private static let fromEdge = 14.0
    private static let fromRight = 28.0

    /// Between two signatures.
    private static let distance = 6.0

    /// - Parameter taken: other signatures' boxes on this page. This one stands to the left of them, where the
    ///   margin is free, and below them (at the bottom: above them) only where no place is left.
    init(
        width: Double, height: Double, on page: PDFPage, beside taken: [PDFBox],
        place: SignatureForm.Place = .topOfFirstPage
    ) {
        let isUpright = page.rotation % 180 == 0
        let shownWidth = isUpright ? page.box.width : page.box.height
        let shownHeight = isUpright ? page.box.height : page.box.width
        let isBelow = place == .bottomOfLastPage
        var (top, right) = (isBelow ? shownHeight - Self.fromEdge - height : Self.fromEdge, Self.fromRight)
        var box = Self.box(width, height, fromTop: top, fromRight: right, on: page)
        while let other = taken.first(where: { $0.overlaps(box) }), top > 0, top + height < shownHeight {
            right += width + Self.distance
            if right + width + Self.distance > shownWidth {
                right = Self.fromRight
                let step = max(isUpright ? other.height : other.width, 1) + Self.distance
                top += isBelow ? -step : step
            }
            box = Self.box(width, height, fromTop: top, fromRight: right, on: page)
        }
        self.box = box
        matrix =
            switch page.rotation {
            case 90: [0, 1, -1, 0, 0, 0].map { .integer($0) }
            case 180: [-1, 0, 0, -1, 0, 0].map { .integer($0) }
            case 270: [0, -1, 1, 0, 0, 0].map { .integer($0) }
            default: [1, 0, 0, 1, 0, 0].map { .integer($0) }
            }
    }

    private static func box(
        _ width: Double, _ height: Double, fromTop top: Double, fromRight right: Double, on page: PDFPage
    ) -> PDFBox {
        let box = page.box
        return switch page.rotation {
        case 90:
            PDFBox(
                left: box.left + top, bottom: box.top - right - width, right: box.left + top + height,
                top: box.top - right)
        case 180:
            PDFBox(
                left: box.left + right, bottom: box.bottom + top, right: box.left + right + width,
                top: box.bottom + top + height)
        case 270:
            PDFBox(
                left: box.right - top - height, bottom: box.bottom + right, right: box.right - top,
                top: box.bottom + right + width)
        default:
            PDFBox(
                left: box.right - right - width, bottom: box.top - top - height, right: box.right - right,
                top: box.top - top)
        }
    }
}
