//! The binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    bound_the_allocator();
    outlive_file_limits();
    wiredesk::cli::main()
}

/// A file that reaches `ulimit -f` ends the process by default, without a word;
/// ignored, the write fails, and what it was for can say so (B88).
#[cfg(unix)]
fn outlive_file_limits() {
    // SAFETY: ignoring a signal runs no code of ours.
    #[allow(unsafe_code)]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Entries are read on one thread and freed on another. glibc gives each thread
/// an arena and keeps what is freed in it, so that memory would grow with the
/// number of threads: two arenas for two or more cores do, and large blocks
/// (documents) go back to the machine when they are freed.
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
