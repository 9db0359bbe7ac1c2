import Testing

@testable import Conversion

struct DocumentFactsTests {
    @Test func `pages have the size that is seen, turned ones too`() throws {
        let facts = try #require(
            DocumentFacts(
                """
                Pages:          2
                Page    1 size:  595.3 x 841.9 pts (A4)
                Page    1 rot:   0
                Page    2 size:  595.3 x 841.9 pts (A4)
                Page    2 rot:   90
                File size:      17597 bytes
                """))
        #expect(facts.pages == 2)
        #expect(facts.sizes[1]?.width == 595.3 && facts.sizes[1]?.height == 841.9)
        #expect(facts.sizes[2]?.width == 841.9 && facts.sizes[2]?.height == 595.3)
    }

    @Test(arguments: ["", "Pages:", "Pages: x", "Pages: -3", "Page 1 size: 5 x 5 pts"])
    func `what is no number of pages gives nothing`(text: String) {
        #expect(DocumentFacts(text) == nil)
    }

    @Test func `a page is 1,920 px wide, but no more than three times as high`() throws {
        let paper = try #require(PageImages.largest(width: 595.3, height: 841.9))
        #expect(paper.width == 1920 && paper.height == 2715)
        let strip = try #require(PageImages.largest(width: 10, height: 100_000))
        #expect(strip.width == 3 && strip.height == 5760)
        #expect(PageImages.largest(width: 0, height: 5) == nil)
        #expect(PageImages.largest(width: .nan, height: 5) == nil)
        #expect(PageImages.largest(width: .infinity, height: 5) == nil)
    }
}
