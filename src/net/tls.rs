//! Whom we trust: the machine's certificate authorities, or Mozilla's list on a machine
//! that has none. Nothing turns verification off (check B13).

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use super::error::Error;

/// The authorities that are trusted.
#[derive(Clone, Debug, Default)]
pub enum Roots {
    /// The machine's, `SSL_CERT_FILE` and `SSL_CERT_DIR` honoured.
    #[default]
    Machine,
    /// These alone.
    Only(Arc<RootCertStore>),
}

impl Roots {
    /// Reads the machine's store; takes milliseconds and the disk's time.
    pub(super) fn load(&self) -> Arc<RootCertStore> {
        if let Roots::Only(given) = self {
            return Arc::clone(given);
        }
        let mut store = RootCertStore::empty();
        // single certificates that cannot be read are skipped: trusting fewer is safe
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if store.is_empty() {
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        Arc::new(store)
    }
}

/// A client's TLS: ring, TLS 1.2 and 1.3, HTTP/2 when the server has it.
pub(super) fn config(roots: Arc<RootCertStore>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|err| Error::Setup(err.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
