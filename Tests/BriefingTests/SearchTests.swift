import Briefing
import Testing

@Suite struct SearchTests {
    @Test func `A text without its diacritics is plain letters, đ among them`() {
        #expect(Folding.folded("Đường sá huyện Ba Bể, NĂM 2026!") == "duong sa huyen ba be nam 2026")
        #expect(Folding.folded("Số 12/BB-UBND") == "so 12 bb ubnd")
        #expect(Folding.folded("Müller, Škoda, İzmir") == "muller skoda izmir")
        #expect(Folding.folded(" – … \u{301}\0") == "")
        // A mark without a letter before it is no word, one behind a letter belongs to it.
        #expect(Folding.folded("e\u{302}\u{301}u ế") == "eu e")
    }

    @Test func `Composed letters, combining marks in any order and both places of the tone are one word`() {
        func exact(_ text: String) -> [String] { Folding.words(of: text).map(\.exact) }
        let written = exact("hòa thủy được tiếng Việt")
        #expect(exact("hoà thuỷ được tiếng Việt") == written)
        #expect(
            exact("ho\u{300}a thu\u{309}y đu\u{31B}o\u{31B}\u{323}c tie\u{302}\u{301}ng Vie\u{323}\u{302}t") == written)
        #expect(exact("ban") != exact("bán") && exact("bán") != exact("bàn") && exact("ơ") != exact("ô"))
        #expect(exact("đ") != exact("d") && exact("HÒA") == exact("hòa"))
    }

    @Test func `Words know where they stand in the text`() {
        let text = "Họp, giao ban – ngày 3/12"
        #expect(Folding.words(of: text).map { String(text[$0.range]) } == ["Họp", "giao", "ban", "ngày", "3", "12"])
        #expect(Folding.words(of: text, limit: 2).count == 2)
    }

    @Test func `A query has words, phrases in quotes, and a last word that may go on`() {
        func shape(_ text: String) -> [String] {
            SearchQuery(text).phrases.map { $0.words.map(\.folded).joined(separator: "+") + ($0.isPrefix ? "*" : "") }
        }
        #expect(shape("ke hoach \"vu dong\" thien") == ["ke", "hoach", "vu+dong", "thien*"])
        #expect(shape("12/BB-UBND năm ") == ["12+bb+ubnd", "nam"])
        #expect(shape("“vụ đông") == ["vu+dong"])
        // Few letters begin nearly every word.
        #expect(shape("th") == ["th"])
        #expect(SearchQuery("\" ** ( ) AND: -").phrases.count == 1 && SearchQuery("* - :").isEmpty)
        #expect(SearchQuery(String(repeating: "một hai ", count: 100)).phrases.count == SearchQuery.mostWords)
    }

    @Test func `A snippet marks what was found and shows what stands around it`() {
        let before = String(repeating: "trước ", count: 60)
        let text = before + "Kế hoạch sản xuất\nvụ   đông xuân năm 2026 " + String(repeating: "sau ", count: 60)
        let parts = Snippet(of: text, for: SearchQuery("san xuat \"vu dong\"")).parts
        #expect(parts.filter(\.isHit).map(\.text) == ["sản xuất vụ đông"])
        #expect(parts.first?.text.hasPrefix("… trước") == true && parts.last?.text.hasSuffix("sau …") == true)
        let shown = parts.map(\.text).joined()
        #expect(shown.contains("Kế hoạch sản xuất vụ đông xuân năm 2026 sau"))
        #expect(shown.split(separator: " ").count < 45)
    }

    @Test func `Typed with diacritics only such words are marked, where they are there`() {
        func hits(_ query: String, _ text: String) -> [String] {
            Snippet(of: text, for: SearchQuery(query)).parts.filter(\.isHit).map(\.text)
        }
        #expect(hits("bán", "bàn bán ban") == ["bán"])
        #expect(hits("ban ", "bàn x bán y ban") == ["bàn", "bán", "ban"])
        // Where they are not, what is spelt otherwise is.
        #expect(hits("bạn", "bàn x") == ["bàn"])
        #expect(hits("", "bàn") == [] && Snippet(of: "", for: SearchQuery("a")).parts.isEmpty)
    }
}
