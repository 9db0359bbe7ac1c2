/// Pages as images of three widths, so light that a page turn fits a thin line.
///
/// What is mostly words is kept without loss: drawn at its own width it has few shades, and takes a fifth of what lossy
/// compression makes of letters' edges (a dense page of 1,280 px: 21 kB against 209 kB). What stays too heavy has photographs
/// in it, and is compressed to its bound.
enum PageImages {
    /// Width and height of size `l` of a page, in pixels: 1,920 wide, but no more than three times as high.
    ///
    /// - Parameters: of the page, in any unit.
    static func largest(width: Double, height: Double) -> (width: Int, height: Int)? {
        guard width.isFinite, height.isFinite, width > 0, height > 0 else { return nil }
        let full = Double(PageSize.l.width)
        let scale = min(full / width, 3 * full / height)
        return (max(3, Int((width * scale).rounded())), max(3, Int((height * scale).rounded())))
    }

    /// Draws page `$1` of `/in/paper.pdf`, of `$2` × `$3` pixels at its largest, into descriptors 3, 4 and 5; its words into 6.
    static let pageScript = """
        set -eu
        draw() {
            pdftocairo -q -png -singlefile -cropbox -f "$1" -l "$1" -scale-to-x "$2" -scale-to-y "$3" /in/paper.pdf /tmp/page
            \(compress)
        }
        draw "$1" $(($2 / 3)) $(($3 / 3)) \(PageSize.s.bytes) >&3
        draw "$1" $(($2 * 2 / 3)) $(($3 * 2 / 3)) \(PageSize.m.bytes) >&4
        draw "$1" "$2" "$3" \(PageSize.l.bytes) >&5
        pdftotext -q -f "$1" -l "$1" -layout -nopgbrk -enc UTF-8 /in/paper.pdf - >&6
        """

    /// Draws picture `/in/paper` into descriptors 3, 4 and 5; 6 gets `Width:` and `Height:` of the largest in pixels. `$1` is
    /// empty, or the place of one picture of a TIFF file as four octal bytes, which takes the first's place.
    static let pictureScript = """
        set -eu
        whole=/in/paper
        if [ -n "$1" ]; then
            whole=/tmp/whole
            { head -c 4 /in/paper; printf "$1"; tail -c +9 /in/paper; } >$whole
        fi
        cwebp -quiet -lossless -z 0 -metadata none -blend_alpha 0xffffff $whole -o /tmp/whole.webp
        width=$(webpinfo /tmp/whole.webp | sed -n 's/^ *Width: //p' | head -1)
        height=$(webpinfo /tmp/whole.webp | sed -n 's/^ *Height: //p' | head -1)
        draw() {
            resize=
            [ "$width" -le "$1" ] || resize="-resize $1 0"
            cwebp -quiet -lossless -z 0 $resize /tmp/whole.webp -o /tmp/sized.webp
            dwebp -quiet /tmp/sized.webp -o /tmp/page.png
            set -- "" "" "" "$2"
            \(compress)
        }
        draw \(PageSize.s.width) \(PageSize.s.bytes) >&3
        draw \(PageSize.m.width) \(PageSize.m.bytes) >&4
        draw \(PageSize.l.width) \(PageSize.l.bytes) >&5
        webpinfo /tmp/sized.webp >&6
        """

    /// `/tmp/page.png` to the standard output, in `$4` bytes or little more. A picture that is far too heavy without loss is not
    /// tried without.
    private static let compress = """
        size=$((${4} + 1))
        if [ $(stat -c %s /tmp/page.png) -lt $(($4 * 6)) ]; then
            cwebp -quiet -lossless -z 6 /tmp/page.png -o /tmp/page.webp
            size=$(stat -c %s /tmp/page.webp)
        fi
        if [ $size -gt $4 ]; then
            cwebp -quiet -q 80 -m 4 /tmp/page.png -o /tmp/page.webp
            size=$(stat -c %s /tmp/page.webp)
        fi
        [ $size -le $4 ] || cwebp -quiet -size $4 -pass 6 -m 4 /tmp/page.png -o /tmp/page.webp
        cat /tmp/page.webp
        """
}
