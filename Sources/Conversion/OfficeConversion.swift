/// A paper as PDF/A-2b (ISO 19005-2), made by LibreOffice.
enum OfficeConversion {
    /// Makes `/in/paper.$2` a PDF in descriptor 3 with filter `$3`, reading it as `$4` where that is not empty; `$1` is the
    /// registry. Each run has a user's folder of its own: none learns anything of another.
    static let script = """
        \(beginning)
        convert "$3" "/in/paper.$2" "$4"
        [ -s /tmp/out/paper.pdf ] || { cat /tmp/said >&2; exit 12; }
        cat /tmp/out/paper.pdf >&3
        """

    /// The same for tables, whose pages are laid out anew, so that figures can be read on a screen of 1,280 px and no page has
    /// only what did not fit on another: upright A4 as far as the widest table fits, then across, then as wide as is legible;
    /// only what is wider goes on beside. `$5` finds out how wide (`tableWidth`).
    static let tableScript = """
        \(beginning)
        convert fods "/in/paper.$2" "$4"
        [ -s /tmp/out/paper.fods ] || { cat /tmp/said >&2; exit 12; }
        width=$(awk "$5" /tmp/out/paper.fods)
        page='fo:page-width="39cm" fo:page-height="24cm" style:print-orientation="landscape"'
        [ "$width" -gt 27 ] || page='fo:page-width="29.7cm" fo:page-height="21cm" style:print-orientation="landscape"'
        [ "$width" -gt 19 ] || page='fo:page-width="21cm" fo:page-height="29.7cm" style:print-orientation="portrait"'
        page="$page "'fo:margin-top="1cm" fo:margin-bottom="1cm" fo:margin-left="1cm" fo:margin-right="1cm"'
        page="$page "'style:scale-to="100%" style:print="charts drawings objects zero-values"'
        sed -E "s#<style:page-layout-properties[^>]*[^/>](/?)>#<style:page-layout-properties $page\\1>#g" \\
            /tmp/out/paper.fods >/tmp/paper.fods
        rm /tmp/out/paper.fods
        convert "$3" /tmp/paper.fods ""
        [ -s /tmp/out/paper.pdf ] || { cat /tmp/said >&2; exit 12; }
        cat /tmp/out/paper.pdf >&3
        """

    private static let beginning = """
        set -eu
        mkdir -p /tmp/office/user /tmp/out
        printf %s "$1" >/tmp/office/user/registrymodifications.xcu
        convert() {
            /usr/bin/soffice --headless --norestore --nolockcheck --nodefault --nologo \\
                -env:UserInstallation=file:///tmp/office ${3:+"--infilter=$3"} --convert-to "$1" --outdir /tmp/out \\
                "$2" >/tmp/said 2>&1 && return
            status=$?
            cat /tmp/said >&2
            # Of a signal, which tells why.
            [ $status -le 128 ] || exit $status
            exit 11
        }
        """

    /// Centimetres, rounded up, of the widest table of a flat OpenDocument file: its columns up to the last that has anything
    /// in it (OpenDocument 1.3 part 3 §9.1). For awk(1), a tag at a time.
    private static let tableWidth = """
        BEGIN { RS = ">" }
        function value(name) { return match($0, " " name "=\\"[^\\"]*\\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
        function centimetres(text) { return text ~ /in$/ ? text * 2.54 : text ~ /mm$/ ? text / 10 : text ~ /pt$/ ? text * 2.54 / 72 : text + 0 }
        /<style:style / { style = value("style:name") }
        /<style:table-column-properties/ { width[style] = centimetres(value("style:column-width")) }
        /<table:table / { columns = 0; used = 0 }
        /<table:table-column[ \\/]/ { n = value("table:number-columns-repeated"); n = n ? n : 1; if (n > 1100) n = 1100
            w = width[value("table:style-name")]; hidden = value("table:visibility") != "" && value("table:visibility") != "visible"
            while (n-- > 0 && columns < 2000) of[++columns] = hidden ? 0 : w }
        /<table:table-row/ { column = 0 }
        /<table:(covered-)?table-cell/ { n = value("table:number-columns-repeated"); n = n ? n : 1; column += n
            if (value("office:value-type") != "" && column > used) used = column }
        /<\\/table:table$/ { sum = 0; for (i = 1; i <= used && i <= columns; i++) sum += of[i]; if (sum > widest) widest = sum }
        END { printf "%d\\n", widest + 0.999 }
        """

    /// - Returns: the script's arguments; nil for what LibreOffice has no part in.
    static func arguments(_ kind: PaperKind) -> [String]? {
        let options =
            #"{"SelectPdfVersion":{"type":"long","value":"2"},"ReduceImageResolution":{"type":"boolean","value":"true"},"MaxImageResolution":{"type":"long","value":"200"},"ExportBookmarks":{"type":"boolean","value":"true"}}"#
        switch kind {
        case .text(let ending): return [OfficeProfile.registry, ending, "pdf:writer_pdf_Export:\(options)", ""]
        case .slides(let ending): return [OfficeProfile.registry, ending, "pdf:impress_pdf_Export:\(options)", ""]
        case .sheet(let ending):
            let filter = ending == "csv" ? "Text - txt - csv (StarCalc):44,34,76" : ""
            return [OfficeProfile.registry, ending, "pdf:calc_pdf_Export:\(options)", filter, tableWidth]
        case .plain:
            return [
                OfficeProfile.registry, "txt", "pdf:writer_pdf_Export:\(options)", "Text (encoded):UTF8,LF,Tinos,vi-VN",
            ]
        case .pdf, .picture: return nil
        }
    }

    static func ending(_ kind: PaperKind) -> String {
        switch kind {
        case .text(let ending), .sheet(let ending), .slides(let ending): ending
        case .plain: "txt"
        case .pdf: "pdf"
        case .picture: ""
        }
    }
}
