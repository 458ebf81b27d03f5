//! Memory that is free goes back to the system.

/// Returns what was freed to the system. What lies between blocks that are in use stays with
/// the process otherwise: a configuration of many sources leaves as much of it as it keeps.
pub async fn give_back() {
    // It takes a while where there is much, and whoever allocates meanwhile waits.
    if let Err(error) = tokio::task::spawn_blocking(trim).await {
        tracing::debug!(%error, "freed memory was not given back");
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    // SAFETY: it only returns pages that hold nothing, under the allocator's own locks.
    #[allow(unsafe_code)]
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() {}
