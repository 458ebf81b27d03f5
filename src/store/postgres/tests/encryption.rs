//! TLS.

use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::{ServerAddress, certs};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A server that takes TLS by this certificate, or has none, and then hangs up.
async fn hanging_up(certificate: Option<&'static str>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 8];
        socket.read_exact(&mut request).await.unwrap();
        assert_eq!(request[4..], 80_877_103_u32.to_be_bytes(), "SSLRequest");
        socket.write_all(if certificate.is_some() { b"S" } else { b"N" }).await.unwrap();
        let Some(certificate) = certificate else { return };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::from_pem_slice(certs::KEY.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        if let Ok(mut socket) = TlsAcceptor::from(Arc::new(config)).accept(socket).await {
            // Who the client says it is goes through encrypted.
            assert!(socket.read(&mut [0; 1024]).await.is_ok_and(|size| size > 8));
        }
    });
    port
}

#[tokio::test]
async fn only_a_server_with_a_certificate_for_its_name_is_spoken_to_o40() {
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.pem");
    fs::write(&authority, certs::AUTHORITY).unwrap();
    let check = async |certificate: Option<&'static str>, expected: &str| {
        let port = hanging_up(certificate).await;
        let url = format!("postgres://desk@127.0.0.1:{port}/news?sslrootcert={}", authority.display());
        let session = Session::new(ServerAddress::read(&url).unwrap(), StoreTime::Servers, "wiredesk", 11).unwrap();
        let said = session.reach().await.unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    };
    check(Some(certs::GOOD), "the server ends the connection at once").await;
    for other in [certs::EXPIRED, certs::ELSEWHERE, certs::SELF_SIGNED] {
        check(Some(other), "its certificate is not valid for \"127.0.0.1\": ").await;
    }
    check(None, "the server has no TLS").await;
    let nothing = ServerAddress::read("postgres://desk@127.0.0.1:1/news?sslrootcert=/nowhere/ca.pem").unwrap();
    let said = Session::new(nothing, StoreTime::Servers, "wiredesk", 11).err().unwrap().to_string();
    assert!(said.contains("sslrootcert /nowhere/ca.pem: "), "{said}");
}
