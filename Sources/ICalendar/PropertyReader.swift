import CIcal

/// Reads properties of one of libical's components. A value is read as what it is, never as what its name suggests: a
/// VALUE parameter can make any value of another kind, and libical's typed getters do not look.
struct PropertyReader {
    let component: OpaquePointer

    /// One property; valid as long as its component is.
    struct Property {
        let pointer: OpaquePointer

        var name: String { LibICal.take(icalproperty_get_property_name_r(pointer))?.uppercased() ?? "" }

        /// The value; a TEXT without its escapes.
        var text: String {
            guard let value = icalproperty_get_value(pointer) else { return "" }
            if icalvalue_isa(value) == ICAL_TEXT_VALUE {
                return icalvalue_get_text(value).map { String(cString: $0) } ?? ""
            }
            return LibICal.take(icalvalue_as_ical_string_r(value)) ?? ""
        }

        /// ATTACH that is an address and not the bytes themselves.
        var attachmentAddress: String? {
            guard let value = icalproperty_get_value(pointer) else { return nil }
            guard icalvalue_isa(value) == ICAL_ATTACH_VALUE else { return text.isEmpty ? nil : text }
            guard let attachment = icalvalue_get_attach(value), icalattach_get_is_url(attachment) != 0 else {
                return nil
            }
            return icalattach_get_url(attachment).map { String(cString: $0) }
        }

        func parameter(_ name: String) -> String? {
            guard var value = LibICal.take(icalproperty_get_parameter_as_string_r(pointer, name)) else { return nil }
            if value.count >= 2, value.first == "\"", value.last == "\"" {
                value = String(value.dropFirst().dropLast())
            }
            return value
        }
    }

    func first(_ kind: icalproperty_kind) -> Property? {
        icalcomponent_get_first_property(component, kind).map { Property(pointer: $0) }
    }

    func text(_ kind: icalproperty_kind) -> String? { first(kind)?.text }

    func all(_ kind: icalproperty_kind) -> [Property] {
        var properties: [Property] = []
        var next = icalcomponent_get_first_property(component, kind)
        while let property = next {
            properties.append(Property(pointer: property))
            next = icalcomponent_get_next_property(component, kind)
        }
        return properties
    }

    static func attendee(_ property: Property) -> CalendarAttendee {
        func word<Word: RawRepresentable<String>>(_ name: String, _ otherwise: Word) -> Word {
            property.parameter(name).flatMap { Word(rawValue: $0.uppercased()) } ?? otherwise
        }
        return CalendarAttendee(
            name: property.parameter("CN") ?? "", mail: mail(property.text),
            participation: word("PARTSTAT", .needsAction), role: word("ROLE", .required),
            answerWanted: property.parameter("RSVP")?.uppercased() == "TRUE", kind: word("CUTYPE", .individual),
            delegatedTo: property.parameter("DELEGATED-TO").map(mail),
            delegatedFrom: property.parameter("DELEGATED-FROM").map(mail))
    }

    /// The address of a `mailto:` URI.
    static func mail(_ address: String) -> String {
        let scheme = "mailto:"
        guard address.prefix(scheme.count).lowercased() == scheme else { return address }
        return String(address.dropFirst(scheme.count))
    }
}
