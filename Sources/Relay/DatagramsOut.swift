import ICE

/// Datagrams of a handshake flight, kept while the association that writes them is in use.
struct DatagramsOut {
    private var bytes: [UInt8] = []
    private var lengths: [Int] = []

    mutating func append(_ datagram: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: datagram)
        lengths.append(datagram.count)
    }

    /// Puts them into the batch; what does not fit is left to the handshake's own retransmission.
    func flush(to address: PeerAddress, into batch: inout SendBatch) {
        bytes.withUnsafeBytes { all in
            var start = 0
            for length in lengths {
                guard batch.append(UnsafeRawBufferPointer(rebasing: all[start..<(start + length)]), to: address)
                else { return }
                start += length
            }
        }
    }
}
