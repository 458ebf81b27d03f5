//! The binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    bound_the_allocator();
    outlive_file_limits();
    wiredesk::cli::main()
}

/// By default a file that reaches `ulimit -f` kills the process without a message. With the
/// signal ignored the write fails instead, and the error can be reported (B88).
#[cfg(unix)]
fn outlive_file_limits() {
    // SAFETY: ignoring a signal runs no code of ours.
    #[allow(unsafe_code)]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Entries are allocated on one thread and freed on another. glibc gives each thread an
/// arena and keeps freed memory in it, so memory would grow with the number of threads: two
/// arenas are enough for two or more cores, and large blocks (documents) are returned to
/// the system when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn bound_the_allocator() {
    // SAFETY: mallopt only sets parameters; no other thread runs yet.
    #[allow(unsafe_code)]
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 2);
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 * 1024);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 512 * 1024);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn bound_the_allocator() {}
