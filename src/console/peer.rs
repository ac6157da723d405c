//! Whose a connection is that comes in on loopback.

use std::net::SocketAddr;

use nix::unistd::geteuid;

/// Where Linux tells the owners of all connections.
const TABLE: &str = "/proc/net/tcp";

const ROOT: u32 = 0;

/// Whether the connection from `peer` to us at `own` may be answered: not one of another user of this
/// machine. Root can be us anyway, and what relays from outside of a virtual machine is root's; where
/// nobody tells whose it is, it is answered.
pub(super) fn may_be_ours(peer: SocketAddr, own: SocketAddr) -> bool {
    let table = std::fs::read_to_string(TABLE).unwrap_or_default();
    owner(&table, peer, own).is_none_or(|uid| uid == geteuid().as_raw() || uid == ROOT)
}

/// The user at the other end: the row whose local address is the peer's, and whose remote one is ours.
fn owner(table: &str, peer: SocketAddr, own: SocketAddr) -> Option<u32> {
    let (peer, own) = (written(peer)?, written(own)?);
    table.lines().find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let is_it = fields.next()? == peer && fields.next()? == own;
        // State, queues, timer, retransmissions.
        is_it.then(|| fields.nth(4)?.parse().ok())?
    })
}

/// As the kernel writes it: the four bytes as a number of this machine.
fn written(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(address) = address else {
        return None;
    };
    let number = u32::from_ne_bytes(address.ip().octets());
    Some(format!("{number:08X}:{:04X}", address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_end_of_a_connection_has_an_owner() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap();
        let client = std::net::TcpStream::connect(own).unwrap();
        let peer = client.local_addr().unwrap();
        assert!(may_be_ours(peer, own));
        let Ok(table) = std::fs::read_to_string(TABLE) else {
            return;
        };
        assert_eq!(owner(&table, peer, own), Some(geteuid().as_raw()));
        // Our own end is another row.
        assert_eq!(owner(&table, "127.0.0.2:1".parse().unwrap(), own), None);
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn a_row_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n   \
            7: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 65534        0 1\n";
        let of = |peer: &str| {
            owner(
                table,
                peer.parse().unwrap(),
                "127.0.0.1:8080".parse().unwrap(),
            )
        };
        assert_eq!(of("127.0.0.1:40000"), Some(65534));
        assert_eq!(of("127.0.0.1:40001"), None);
    }
}
