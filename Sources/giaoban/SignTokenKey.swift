import CPKCS11
import Glibc
import Papers

/// A key on a token, asked through the token's PKCS #11 module (OASIS PKCS #11 v2.40). The key never leaves the token.
final class TokenKey {
    private let functions: CK_FUNCTION_LIST
    private let session: CK_SESSION_HANDLE
    private let key: CK_OBJECT_HANDLE
    let certificate: Certificate
    /// The token's other certificates: those between the signer's and a root are among them.
    let chain: [Certificate]

    init(module: String, token: String?, label: String?, pin: String) throws {
        // Stays loaded up to the end of the program, as modules expect.
        guard let library = dlopen(module, RTLD_NOW | RTLD_LOCAL) else {
            throw SignKeyError.noModule(dlerror().map { String(cString: $0) } ?? module)
        }
        guard let symbol = dlsym(library, "C_GetFunctionList") else { throw SignKeyError.noModule("C_GetFunctionList") }
        // What §5.4 says this symbol is.
        typealias Entry = @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>) -> CK_RV
        let entry = unsafeBitCast(symbol, to: Entry.self)
        var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
        try Self.check(entry(&list), "C_GetFunctionList")
        guard let list else { throw SignKeyError.noModule("C_GetFunctionList") }
        functions = list.pointee
        let started = functions.C_Initialize?(nil) ?? CK_RV(CKR_FUNCTION_NOT_SUPPORTED)
        if started != CK_RV(CKR_CRYPTOKI_ALREADY_INITIALIZED) { try Self.check(started, "C_Initialize") }
        let slot = try Self.slot(of: token, functions)
        var session = CK_SESSION_HANDLE()
        try Self.check(
            functions.C_OpenSession?(slot, CK_FLAGS(CKF_SERIAL_SESSION), nil, nil, &session), "C_OpenSession")
        self.session = session
        var letters = Array(pin.utf8)
        let login = functions.C_Login?(session, CK_USER_TYPE(CKU_USER), &letters, CK_ULONG(letters.count))
        if login != CK_RV(CKR_USER_ALREADY_LOGGED_IN) { try Self.check(login, "C_Login") }
        let keys = try Self.objects(of: CK_ULONG(CKO_PRIVATE_KEY), label, functions, session)
        guard keys.count == 1, let key = keys.first else { throw SignKeyError.noKey }
        self.key = key
        let identifier = try Self.value(CKA_ID, of: key, functions, session)
        var own: Certificate?
        var others: [Certificate] = []
        for object in try Self.objects(of: CK_ULONG(CKO_CERTIFICATE), nil, functions, session) {
            guard let certificate = try? Certificate(der: Self.value(CKA_VALUE, of: object, functions, session)) else {
                continue
            }
            if own == nil, try Self.value(CKA_ID, of: object, functions, session) == identifier {
                own = certificate
            } else {
                others.append(certificate)
            }
        }
        guard let own else { throw SignKeyError.noCertificate }
        certificate = own
        chain = others
    }

    deinit {
        _ = functions.C_Logout?(session)
        _ = functions.C_CloseSession?(session)
        _ = functions.C_Finalize?(nil)
    }

    /// With SHA-256: PKCS #1 v1.5, or ECDSA-Sig-Value.
    func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        switch certificate.keyKind {
        case .rsa: return try sign(bytes, by: CK_MECHANISM_TYPE(CKM_SHA256_RSA_PKCS))
        case .ecdsa:
            // Few tokens digest for ECDSA themselves.
            let joined = try sign(SignedAttributes.digest(of: bytes), by: CK_MECHANISM_TYPE(CKM_ECDSA))
            return SignedAttributes.ecdsaValue(joined: joined)
        }
    }

    private func sign(_ bytes: [UInt8], by kind: CK_MECHANISM_TYPE) throws -> [UInt8] {
        var mechanism = CK_MECHANISM(mechanism: kind, pParameter: nil, ulParameterLen: 0)
        try Self.check(functions.C_SignInit?(session, &mechanism, key), "C_SignInit")
        var bytes = bytes
        var signature = [UInt8](repeating: 0, count: 1024)
        var length = CK_ULONG(signature.count)
        try Self.check(functions.C_Sign?(session, &bytes, CK_ULONG(bytes.count), &signature, &length), "C_Sign")
        return Array(signature.prefix(Int(clamping: length)))
    }

    private static func check(_ code: CK_RV?, _ call: String) throws {
        switch code {
        case CK_RV(CKR_OK): return
        case CK_RV(CKR_PIN_INCORRECT), CK_RV(CKR_PIN_LEN_RANGE), CK_RV(CKR_PIN_INVALID): throw SignKeyError.wrongPIN
        case CK_RV(CKR_PIN_LOCKED): throw SignKeyError.locked
        default: throw SignKeyError.token(call, UInt(code ?? CK_RV(CKR_FUNCTION_NOT_SUPPORTED)))
        }
    }

    private static func slot(of token: String?, _ functions: CK_FUNCTION_LIST) throws -> CK_SLOT_ID {
        var slots = [CK_SLOT_ID](repeating: 0, count: 64)
        var count = CK_ULONG(slots.count)
        try check(functions.C_GetSlotList?(CK_BBOOL(1), &slots, &count), "C_GetSlotList")
        let fitting = slots.prefix(Int(clamping: count)).filter { slot in
            var info = CK_TOKEN_INFO()
            guard functions.C_GetTokenInfo?(slot, &info) == CK_RV(CKR_OK),
                info.flags & CK_FLAGS(CKF_TOKEN_INITIALIZED) != 0
            else { return false }
            // Filled up with blanks.
            let label = withUnsafeBytes(of: info.label) { String(decoding: $0, as: UTF8.self) }
            return token == nil || label.drop(whileLast: " ") == token
        }
        guard fitting.count == 1, let slot = fitting.first else { throw SignKeyError.noToken }
        return slot
    }

    private static func objects(
        of kind: CK_ULONG, _ label: String?, _ functions: CK_FUNCTION_LIST, _ session: CK_SESSION_HANDLE
    ) throws -> [CK_OBJECT_HANDLE] {
        var kind = kind
        var letters = Array((label ?? "").utf8)
        return try withUnsafeMutableBytes(of: &kind) { kind in
            try letters.withUnsafeMutableBytes { letters in
                var template = [
                    CK_ATTRIBUTE(
                        type: CK_ATTRIBUTE_TYPE(CKA_CLASS), pValue: kind.baseAddress, ulValueLen: CK_ULONG(kind.count))
                ]
                if label != nil {
                    template.append(
                        CK_ATTRIBUTE(
                            type: CK_ATTRIBUTE_TYPE(CKA_LABEL), pValue: letters.baseAddress,
                            ulValueLen: CK_ULONG(letters.count)))
                }
                try check(
                    functions.C_FindObjectsInit?(session, &template, CK_ULONG(template.count)), "C_FindObjectsInit")
                defer { _ = functions.C_FindObjectsFinal?(session) }
                var found = [CK_OBJECT_HANDLE](repeating: 0, count: 64)
                var count = CK_ULONG(0)
                try check(functions.C_FindObjects?(session, &found, CK_ULONG(found.count), &count), "C_FindObjects")
                return Array(found.prefix(Int(clamping: count)))
            }
        }
    }

    private static func value(
        _ kind: UInt, of object: CK_OBJECT_HANDLE, _ functions: CK_FUNCTION_LIST, _ session: CK_SESSION_HANDLE
    ) throws -> [UInt8] {
        var attribute = CK_ATTRIBUTE(type: CK_ATTRIBUTE_TYPE(kind), pValue: nil, ulValueLen: 0)
        try check(functions.C_GetAttributeValue?(session, object, &attribute, 1), "C_GetAttributeValue")
        guard attribute.ulValueLen > 0, attribute.ulValueLen <= 64 << 10 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(attribute.ulValueLen))
        try bytes.withUnsafeMutableBytes { bytes in
            attribute.pValue = bytes.baseAddress
            try check(functions.C_GetAttributeValue?(session, object, &attribute, 1), "C_GetAttributeValue")
        }
        return Array(bytes.prefix(Int(clamping: attribute.ulValueLen)))
    }
}

extension String {
    /// Without its last letters, as long as they are this one.
    fileprivate func drop(whileLast letter: Character) -> String {
        var text = self[...]
        while text.last == letter { text = text.dropLast() }
        return String(text)
    }
}
