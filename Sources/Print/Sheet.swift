/// A sheet of A4 in points (1/72 inch), with the margins of Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I, khoản 3:
/// above and below 20–25 mm, left 30–35 mm, right 15–20 mm.
struct Sheet {
    let width: Double
    let height: Double
    let leftMargin = points(30)
    let rightMargin = points(15)
    let topMargin = points(20)
    let bottomMargin = points(20)

    init(_ orientation: PrintDocument.Orientation) {
        let (short, long) = (points(210), points(297))
        width = orientation == .portrait ? short : long
        height = orientation == .portrait ? long : short
    }

    var bodyWidth: Double { width - leftMargin - rightMargin }
    var bodyBottom: Double { height - bottomMargin }
    var bodyHeight: Double { height - topMargin - bottomMargin }
}

func points(_ millimetres: Double) -> Double { millimetres * 72 / 25.4 }
