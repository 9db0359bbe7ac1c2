/// LibreOffice's settings for one conversion: no macro runs, nothing is fetched, nothing is updated, and pages are A4.
enum OfficeProfile {
    /// `registrymodifications.xcu` of a user's folder (org.openoffice.Office, LibreOffice's registry schemas).
    static let registry: String = {
        let plain: [(path: String, name: String, value: String)] = [
            ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
            ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
            ("Common/Security/Scripting", "DisableActiveContent", "true"),
            ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
            ("Common/Security/Scripting", "CheckDocumentEvents", "true"),
            ("Common/Security/Scripting", "RemovePersonalInfoOnSaving", "false"),
            ("Writer/Content/Update", "Link", "2"), ("Calc/Content/Update", "Link", "2"),
            ("Common/Save/ODF", "DefaultVersion", "3"), ("Common/Misc", "FirstRun", "false"),
            ("Common/Help", "ExtendedTip", "false"), ("Common/Java", "Enable", "false"),
            ("Common/Font/Substitution", "Replacement", "true"),
        ]
        var items = plain.map { item("/org.openoffice.Office.\($0.path)", $0.name, $0.value) }
        // The province's letters, numbers and paper.
        items.append(item("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "vi-VN"))
        items.append(item("/org.openoffice.Office.Linguistic/General", "DefaultLocale", "vi-VN"))
        // Liberation 1 has no Vietnamese letters beyond Latin 1; those of its kin that have them are as wide.
        let substitutes = [
            ("Times New Roman", "Tinos"), ("Liberation Serif", "Tinos"), (".VnTime", "Tinos"), ("VNI-Times", "Tinos"),
            ("Arial", "Arimo"), ("Liberation Sans", "Arimo"), ("Helvetica", "Arimo"),
            ("Courier New", "Cousine"), ("Liberation Mono", "Cousine"), ("Calibri", "Carlito"), ("Cambria", "Caladea"),
        ]
        for (number, pair) in substitutes.enumerated() {
            let path = "/org.openoffice.Office.Common/Font/Substitution/FontPairs"
            items.append(
                """
                <item oor:path="\(path)"><node oor:name="_\(number)" oor:op="replace">\
                <prop oor:name="Always"><value>true</value></prop>\
                <prop oor:name="OnScreenOnly"><value>false</value></prop>\
                <prop oor:name="ReplaceFont"><value>\(pair.0)</value></prop>\
                <prop oor:name="SubstituteFont"><value>\(pair.1)</value></prop></node></item>
                """)
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
            \(items.joined(separator: "\n"))
            </oor:items>

            """
    }()

    private static func item(_ path: String, _ name: String, _ value: String) -> String {
        """
        <item oor:path="\(path)"><prop oor:name="\(name)" oor:op="fuse"><value>\(value)</value></prop></item>
        """
    }
}
