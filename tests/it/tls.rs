//! B13: what the client believes.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;
use wiredesk::model::{Failure, Outcome, Phase};
use wiredesk::net::resolve::System;
use wiredesk::net::{Client, Roots, Settings};

use crate::certs;
use crate::fetch::{failure, get, settings};
use crate::origin::Origin;
use crate::reply::Reply;

fn acceptor(certificate: &str) -> TlsAcceptor {
    TlsAcceptor::from(Arc::new(server_config(certificate)))
}

/// A server with this certificate.
pub fn server_config(certificate: &str) -> ServerConfig {
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(certs::KEY.as_bytes()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

/// A client that trusts the tests' authority and nobody else.
fn client(settings: Settings) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certs::AUTHORITY.as_bytes()).unwrap()).unwrap();
    Client::with(settings, Arc::new(System), Roots::Only(Arc::new(roots))).unwrap()
}

#[tokio::test]
async fn b13_a_good_certificate_is_accepted() {
    let origin = Origin::start_tls(acceptor(certs::GOOD)).await;
    origin.set("/feed", Reply::ok("<rss/>"));
    let answer = get(&client(settings()), &origin.url("/feed")).await;
    assert!(matches!(answer.outcome, Outcome::Document(_)), "{:?}", answer.outcome);
}

#[tokio::test]
async fn b13_bad_certificates_are_refused_and_nothing_is_asked() {
    for (certificate, expected) in
        [(certs::EXPIRED, "expired"), (certs::ELSEWHERE, "not valid for name"), (certs::SELF_SIGNED, "UnknownIssuer")]
    {
        let origin = Origin::start_tls(acceptor(certificate)).await;
        origin.set("/feed", Reply::ok("<rss/>"));
        match failure(get(&client(settings()), &origin.url("/feed")).await) {
            Failure::Tls(why) => assert!(why.starts_with("127.0.0.1: ") && why.contains(expected), "{why}"),
            other => panic!("{expected}: {other:?}"),
        }
        assert_eq!((origin.requests().len(), origin.connections()), (0, 1), "{expected}: no second try");
    }
}

#[tokio::test]
async fn b13_the_machine_does_not_know_our_authority() {
    let origin = Origin::start_tls(acceptor(certs::GOOD)).await;
    let client = Client::new(settings()).unwrap();
    let failed = failure(get(&client, &origin.url("/feed")).await);
    assert!(matches!(failed, Failure::Tls(_)), "{failed:?}");
}

#[tokio::test]
async fn b7_a_handshake_that_never_ends_is_a_timeout_of_the_connect() {
    let origin = Origin::start().await;
    // a plain server waits for the end of a request that TLS never sends
    let url = origin.url("/feed").as_str().replace("http:", "https:").parse().unwrap();
    let limit = Duration::from_millis(200);
    let failed = failure(get(&client(Settings { connect: limit, ..settings() }), &url).await);
    assert_eq!(failed, Failure::Timeout { phase: Phase::Connect, after: limit });
}

#[tokio::test]
async fn p21_https_is_never_left_for_http() {
    let plain = Origin::start().await;
    plain.set("/feed", Reply::ok("<rss/>"));
    let origin = Origin::start_tls(acceptor(certs::GOOD)).await;
    origin.set("/feed", Reply::redirect(301, plain.url("/feed")));
    match failure(get(&client(settings()), &origin.url("/feed")).await) {
        Failure::Redirect(why) => {
            assert_eq!(why, format!("from https to http: {} -301-> {}", origin.url("/feed"), plain.url("/feed")));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(plain.connections(), 0);
}

#[tokio::test]
async fn p21_http_may_lead_to_https() {
    let origin = Origin::start_tls(acceptor(certs::GOOD)).await;
    origin.set("/feed", Reply::ok("<rss/>"));
    let plain = Origin::start().await;
    plain.set("/feed", Reply::redirect(308, origin.url("/feed")));
    let answer = get(&client(settings()), &plain.url("/feed")).await;
    assert!(matches!(answer.outcome, Outcome::Document(_)), "{:?}", answer.outcome);
    assert_eq!(answer.moved.unwrap().to, origin.url("/feed"));
}

#[test]
fn b14_http2_is_not_the_one_that_empty_frames_bring_down() {
    let lock = include_str!("../../Cargo.lock");
    let versions: Vec<Vec<u32>> = lock
        .split("name = \"h2\"\nversion = \"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().split('.').map(|n| n.parse().unwrap()).collect())
        .collect();
    assert!(!versions.is_empty() && versions.iter().all(|version| *version >= vec![0, 4, 16]), "{versions:?}");
}
