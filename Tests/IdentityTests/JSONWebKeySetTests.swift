import Testing

@testable import Identity

struct JSONWebKeySetTests {
    /// The payload of RFC 7515 A.2 and A.3.
    private let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    private let rsaModulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS"
        + "-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2C"
        + "apHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb"
        + "54h4FRWyuXpoQ"
    private let rsaSignature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr"
        + "7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x"
        + "i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy"
        + "pGlUPQGe77Rw"
    private let ecX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private let ecY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    private let ecSignature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"

    private func set(_ keys: [String: String]...) throws -> JSONWebKeySet {
        try #require(JSONWebKeySet(json: keySetJSON(keys)))
    }

    @Test func `the signatures of RFC 7515 A_2 and A_3 hold, and broken ones do not`() throws {
        let keys = try set(
            ["kty": "RSA", "n": rsaModulus, "e": "AQAB"], ["kty": "EC", "crv": "P-256", "x": ecX, "y": ecY])
        for (header, signature) in [("eyJhbGciOiJSUzI1NiJ9", rsaSignature), ("eyJhbGciOiJFUzI1NiJ9", ecSignature)] {
            let signed = try IDToken.verifiedPayload("\(header).\(payload).\(signature)", keys: keys)
            #expect(Base64.url.text(signed) == payload)
            let changed = "X" + payload.dropFirst()
            #expect(throws: IDToken.Failure.signature) {
                try IDToken.verifiedPayload("\(header).\(changed).\(signature)", keys: keys)
            }
            for position in [0, 5, 40, 85] {
                var letters = Array(signature)
                letters[position] = letters[position] == "A" ? "Q" : "A"
                #expect(throws: IDToken.Failure.signature) {
                    try IDToken.verifiedPayload("\(header).\(payload).\(String(letters))", keys: keys)
                }
            }
        }
        // The one's signature under the other's algorithm, and none at all.
        for signature in [rsaSignature, ""] {
            #expect(throws: IDToken.Failure.signature) {
                try IDToken.verifiedPayload("eyJhbGciOiJFUzI1NiJ9.\(payload).\(signature)", keys: keys)
            }
        }
    }

    /// RFC 7517 A.1, whose elliptic key is for encryption.
    @Test func `of the keys of RFC 7517 A_1 the one for signatures is taken`() throws {
        let modulus =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n"
            + "3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zg"
            + "dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFC"
            + "ur-kEgU8awapJzKnqDKgw"
        let keys = try set(
            [
                "kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "use": "enc", "kid": "1",
            ],
            ["kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"])
        #expect(keys.keys.map(\.identifier) == ["2011-04-29"])
        #expect(keys.candidates(identifier: "2011-04-29", algorithm: .rs256).count == 1)
        #expect(keys.candidates(identifier: "1", algorithm: .es256).isEmpty)
    }

    @Test func `weak, broken and foreign keys are left out and spoil nothing`() throws {
        let good = ["kty": "RSA", "n": rsaModulus, "e": "AQAB", "kid": "good"]
        var bad: [[String: String]] = [
            ["kty": "oct", "k": "AAAA"], ["kty": "OKP", "crv": "Ed25519", "x": ecX], [:],
            ["kty": "EC", "crv": "P-256", "x": ecX, "y": "AAAA"], ["kty": "EC", "crv": "P-384", "x": ecX, "y": ecY],
        ]
        for change in [
            ["e": "AQ"], ["e": "Ag"], ["e": ""], ["e": "AAAA"], ["e": "AAEAAQABAAEAAQ"], ["n": "AQAB"], ["n": "!"],
            ["n": String(repeating: rsaModulus, count: 5)], ["alg": "RS512"], ["alg": "none"], ["use": "enc"],
        ] {
            bad.append(good.merging(change) { $1 })
        }
        let keys = try #require(JSONWebKeySet(json: keySetJSON(bad + [good])))
        #expect(keys.keys.map(\.identifier) == ["good"])
        #expect(JSONWebKeySet(json: Array(#"{"keys":[1,null,"a",{"kty":7},[]]}"#.utf8))?.keys.isEmpty == true)
    }

    @Test func `a point that is not on the curve verifies nothing`() throws {
        let keys = try set(["kty": "EC", "crv": "P-256", "x": ecX, "y": ecX])
        #expect(throws: IDToken.Failure.signature) {
            try IDToken.verifiedPayload("eyJhbGciOiJFUzI1NiJ9.\(payload).\(ecSignature)", keys: keys)
        }
    }

    @Test func `without a key's name only a single key is tried`() throws {
        let one = ["kty": "RSA", "n": rsaModulus, "e": "AQAB", "kid": "a"]
        let two = one.merging(["kid": "b"]) { $1 }
        #expect(try set(one).candidates(identifier: nil, algorithm: .rs256).count == 1)
        #expect(try set(one, two).candidates(identifier: nil, algorithm: .rs256).isEmpty)
        #expect(try set(one, two).candidates(identifier: "b", algorithm: .rs256).count == 1)
        #expect(try set(one, two).candidates(identifier: "c", algorithm: .rs256).isEmpty)
    }

    @Test func `a set is bounded`() throws {
        let one = ["kty": "RSA", "n": rsaModulus, "e": "AQAB", "kid": "a"]
        #expect(try #require(JSONWebKeySet(json: keySetJSON(Array(repeating: one, count: 500)))).keys.count == 100)
        #expect(JSONWebKeySet(json: keySetJSON(Array(repeating: one, count: 1000))) == nil)
        #expect(JSONWebKeySet(json: Array("[]".utf8)) == nil)
        #expect(JSONWebKeySet(json: Array(String(repeating: "[", count: 200_000).utf8)) == nil)
        #expect(JSONWebKeySet(json: []) == nil)
    }
}
