import CIcal

/// Adds properties to one of libical's components. Outside text passes `clean`, `quotable` or `address` first: libical
/// escapes TEXT values, but copies parameters and addresses as they are, line ends too.
struct PropertyWriter {
    let component: OpaquePointer

    /// A value whose form is known and that no outside text is part of.
    func add(
        _ kind: icalproperty_kind, _ valueKind: icalvalue_kind, _ value: String, parameters: [OpaquePointer?] = []
    ) {
        attach(icalvalue_new_from_string(valueKind, value), kind, parameters)
    }

    func addText(_ kind: icalproperty_kind, _ text: String) {
        attach(icalvalue_new_text(Self.clean(text)), kind, [])
    }

    func addTime(_ kind: icalproperty_kind, _ time: LocalDateTime, parameters: [OpaquePointer?] = []) {
        let valueKind = kind == ICAL_RDATE_PROPERTY ? ICAL_DATETIMEPERIOD_VALUE : ICAL_DATETIME_VALUE
        add(
            kind, valueKind, BasicTime.text(time), parameters: [icalparameter_new_tzid(ProvinceClock.zone)] + parameters
        )
    }

    func addAddress(
        _ kind: icalproperty_kind, _ valueKind: icalvalue_kind, _ address: String, parameters: [OpaquePointer?] = []
    ) {
        let clean = Self.address(address)
        let value = valueKind == ICAL_CALADDRESS_VALUE ? icalvalue_new_caladdress(clean) : icalvalue_new_uri(clean)
        attach(value, kind, parameters)
    }

    func addAttachment(_ address: String) {
        guard let attachment = icalattach_new_from_url(Self.address(address)) else { return }
        // The value holds a reference of its own.
        defer { icalattach_unref(attachment) }
        attach(icalvalue_new_attach(attachment), ICAL_ATTACH_PROPERTY, [])
    }

    /// A property that RFC 5545 does not define.
    func addNamed(_ name: String, _ text: String) {
        guard let property = icalproperty_new(ICAL_X_PROPERTY) else { return }
        icalproperty_set_x_name(property, name)
        guard let value = icalvalue_new_text(Self.clean(text)) else {
            icalproperty_free(property)
            return
        }
        icalproperty_set_value(property, value)
        icalcomponent_add_property(component, property)
    }

    func add(_ attendee: CalendarAttendee) {
        var parameters: [OpaquePointer?] = [
            Self.commonName(attendee.name),
            icalparameter_new_from_value_string(ICAL_CUTYPE_PARAMETER, attendee.kind.rawValue),
            icalparameter_new_from_value_string(ICAL_ROLE_PARAMETER, attendee.role.rawValue),
            icalparameter_new_from_value_string(ICAL_PARTSTAT_PARAMETER, attendee.participation.rawValue),
        ]
        if attendee.answerWanted { parameters.append(icalparameter_new_rsvp(ICAL_RSVP_TRUE)) }
        if let mail = attendee.delegatedTo {
            parameters.append(icalparameter_new_delegatedto("mailto:" + Self.quotable(Self.address(mail))))
        }
        if let mail = attendee.delegatedFrom {
            parameters.append(icalparameter_new_delegatedfrom("mailto:" + Self.quotable(Self.address(mail))))
        }
        addAddress(
            ICAL_ATTENDEE_PROPERTY, ICAL_CALADDRESS_VALUE, "mailto:" + attendee.mail, parameters: parameters)
    }

    static func commonName(_ name: String) -> OpaquePointer? {
        name.isEmpty ? nil : icalparameter_new_cn(quotable(name))
    }

    /// Takes over the value and the parameters.
    private func attach(_ value: OpaquePointer?, _ kind: icalproperty_kind, _ parameters: [OpaquePointer?]) {
        guard let value, let property = icalproperty_new(kind) else {
            if let value { icalvalue_free(value) }
            for case .some(let parameter) in parameters { icalparameter_free(parameter) }
            return
        }
        icalproperty_set_value(property, value)
        for case .some(let parameter) in parameters { icalproperty_add_parameter(property, parameter) }
        icalcomponent_add_property(component, property)
    }

    /// A text without control characters but line feeds (one form for every line end) and tabs.
    static func clean(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 13: scalars.append("\n")
            case 10: if !afterReturn { scalars.append("\n") }
            case 9: scalars.append("\t")
            case 0..<32, 127: break
            default: scalars.append(scalar)
            }
            afterReturn = scalar.value == 13
        }
        return String(scalars)
    }

    /// A parameter's value: no control character and no quotation mark, which §3.2 leaves no way to write.
    static func quotable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<32, 127: scalars.append(" ")
            case 34: scalars.append("'")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// An address: no control character and no white space.
    static func address(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value > 32 && $0.value != 127 }))
    }
}
