//! What `scripts/package` makes: a Debian package, and the file system of a container.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::desk::{BINARY, free_port, is_there};

/// A command that ends well, and what it prints.
fn runs(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let said = told(&done);
    assert!(done.status.success(), "{command:?}: {said}");
    String::from_utf8(done.stdout).unwrap()
}

fn told(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

/// The file in `folder` whose name ends so.
fn ending(folder: &Path, end: &str) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let is_it = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with("wiredesk_") && name.ends_with(end)
    };
    files.find(is_it).unwrap_or_else(|| panic!("no {end} in {}", folder.display()))
}

/// The packages of the program that is tested.
fn packages() -> tempfile::TempDir {
    let made = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/package");
    runs(Command::new(script).args(["--program", BINARY, "--into"]).arg(made.path()));
    let sums = Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&made).status();
    assert!(sums.unwrap().success());
    made
}

/// Whether a process may have a root folder of its own here.
fn may_change_root() -> bool {
    let may = Command::new("unshare").args(["--map-root-user", "--root", "/", "true"]).status();
    let may = may.is_ok_and(|status| status.success());
    if !may {
        eprintln!("SKIPPED: this machine lets nobody change the root folder");
    }
    may
}

#[test]
fn packages_hold_what_a_machine_needs_o140() {
    if !is_there("dpkg-deb") {
        return;
    }
    let made = packages();
    let package = ending(made.path(), ".deb");
    let field = |name: &str| runs(Command::new("dpkg-deb").arg("--field").arg(&package).arg(name)).trim().to_owned();
    assert_eq!(field("Package"), "wiredesk");
    assert_eq!(field("Version"), env!("CARGO_PKG_VERSION"));
    assert!(field("Depends").starts_with("libc6 (>= 2."), "{}", field("Depends"));

    let root = tempfile::tempdir().unwrap();
    runs(Command::new("dpkg-deb").arg("--raw-extract").arg(&package).arg(root.path()));
    let at = |path: &str| root.path().join(path);
    let version = runs(Command::new(at("usr/bin/wiredesk")).arg("--version"));
    assert!(version.starts_with(concat!("wiredesk ", env!("CARGO_PKG_VERSION"))), "{version}");
    for page in ["wiredesk", "wiredesk-init", "wiredesk-store-copy"] {
        assert!(at(&format!("usr/share/man/man1/{page}.1.gz")).exists(), "{page}");
    }
    for file in [
        "usr/share/bash-completion/completions/wiredesk",
        "usr/share/zsh/vendor-completions/_wiredesk",
        "usr/share/fish/vendor_completions.d/wiredesk.fish",
        "usr/share/doc/wiredesk/copyright",
        "usr/share/doc/wiredesk/operating.md",
    ] {
        assert!(fs::metadata(at(file)).is_ok_and(|file| file.len() > 0), "{file}");
    }
    let example = at("usr/share/doc/wiredesk/examples/wiredesk.toml");
    runs(Command::new(at("usr/bin/wiredesk")).arg("--config").arg(example).arg("check"));
    let unit = fs::read_to_string(at("usr/lib/systemd/system/wiredesk.service")).unwrap();
    for line in [
        "ConditionPathExists=/etc/wiredesk/wiredesk.toml",
        "ExecStart=/usr/bin/wiredesk run --config /etc/wiredesk/wiredesk.toml --log-format json",
        "RestartPreventExitStatus=2",
        "User=wiredesk",
    ] {
        assert!(unit.lines().any(|one| one == line), "{line} is not in\n{unit}");
    }
    assert!(!unit.contains("DynamicUser"), "{unit}");
    let listed = runs(Command::new("dpkg-deb").arg("--contents").arg(&package));
    assert!(listed.lines().all(|line| line.contains(" root/root ")), "{listed}");
}

#[test]
fn a_unit_is_one_that_systemd_takes_o141() {
    if !is_there("systemd-analyze") {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for folder in ["usr/bin", "usr/local/bin", "bin", "usr/lib/systemd/system"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    let system = Path::new("/usr/lib/systemd/system");
    for unit in fs::read_dir(system).into_iter().flatten().flatten() {
        let name = unit.file_name();
        let is_target = Path::new(&name).extension().is_some_and(|kind| kind == "target" || kind == "slice");
        if is_target {
            fs::copy(unit.path(), at("usr/lib/systemd/system").join(name)).unwrap();
        }
    }
    for program in ["usr/local/bin/wiredesk", "bin/kill"] {
        fs::write(at(program), "#!/bin/sh\n").unwrap();
        fs::set_permissions(at(program), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/wiredesk.service");
    fs::copy(unit, at("usr/lib/systemd/system/wiredesk.service")).unwrap();
    let done = Command::new("systemd-analyze")
        .args(["verify", "--man=no", "--recursive-errors=no", "--root"])
        .arg(root.path())
        .arg("wiredesk.service")
        .output()
        .unwrap();
    let said = told(&done);
    // systemd before 253 says that it ignores this one line, as the unit explains.
    let (old, wrong): (Vec<&str>, Vec<&str>) =
        said.lines().partition(|line| line.contains("Failed to parse service type, ignoring: notify-reload"));
    assert!(wrong.is_empty() && (done.status.success() || old.len() == 1), "{said}");
}

/// The scripts of the package, run with commands that only note what is asked of them.
#[test]
fn an_installation_starts_nothing_and_says_what_is_next_o142() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    for folder in ["bin", "run/systemd/system", "etc/wiredesk", "var/lib/wiredesk"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    for command in ["getent", "systemctl", "systemd-sysusers", "install"] {
        let fails = if command == "getent" { "exit 2" } else { "exit 0" };
        fs::write(at("bin").join(command), format!("#!/bin/sh\necho {command} \"$@\" >> \"$NOTED\"\n{fails}\n"))
            .unwrap();
        fs::set_permissions(at("bin").join(command), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let run = |script: &str, args: &[&str]| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/debian").join(script);
        let here = root.path().display().to_string();
        let text = ["/run/", "/etc/", "/var/"].iter().fold(fs::read_to_string(path).unwrap(), |text, folder| {
            text.replace(&format!(" {folder}"), &format!(" {here}{folder}"))
        });
        fs::write(at("script"), text).unwrap();
        let _ = fs::remove_file(at("noted"));
        let path = format!("{here}/bin:{}", std::env::var("PATH").unwrap());
        let said = runs(Command::new("sh").arg(at("script")).args(args).env("PATH", path).env("NOTED", at("noted")));
        (said, fs::read_to_string(at("noted")).unwrap_or_default())
    };
    let (said, noted) = run("postinst", &["configure", ""]);
    for next in ["sudo wiredesk init ", "sudo systemctl enable --now wiredesk"] {
        assert!(said.contains(next), "{said}");
    }
    assert!(
        noted.contains("systemd-sysusers wiredesk.conf") && noted.contains("install -d -m 750 -o wiredesk"),
        "{noted}"
    );
    assert!(!noted.contains("start"), "{noted}");

    fs::write(at("etc/wiredesk/wiredesk.toml"), "").unwrap();
    let (said, noted) = run("postinst", &["configure", "0.0.9"]);
    assert!(said.is_empty() && noted.contains("systemctl try-restart wiredesk.service"), "{said}{noted}");
    let (_, noted) = run("prerm", &["upgrade", "0.2.0"]);
    assert_eq!(noted, "");
    let (_, noted) = run("prerm", &["remove"]);
    assert_eq!(noted, "systemctl disable --now wiredesk.service\n");
    run("postrm", &["remove"]);
    assert!(at("etc/wiredesk/wiredesk.toml").exists());
    let (said, _) = run("postrm", &["purge"]);
    assert!(!at("etc/wiredesk").exists() && at("var/lib/wiredesk").exists(), "news are never removed");
    assert!(said.contains("the news stay in"), "{said}");
}

#[test]
fn a_container_runs_with_nothing_else_o143() {
    if !is_there("unshare") || !may_change_root() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/container-root");
    runs(Command::new(script).arg(BINARY).arg(root.path()));
    // Its owner is not known to a namespace that knows one user.
    fs::set_permissions(root.path().join("var/lib/wiredesk"), fs::Permissions::from_mode(0o777)).unwrap();
    let port = free_port();
    let config = format!(
        "[server]\nlisten = \"0.0.0.0:{port}\"\npublic_url = \"http://desk.example/\"\n\n\
         [store]\nurl = \"sqlite:/var/lib/wiredesk/wiredesk.db\"\n\n[polling]\ncontact = \"https://desk.example/\"\n\
         allow_addresses = [\"127.0.0.0/8\"]\n\n[[source]]\nid = \"a\"\nurl = \"http://127.0.0.1:9/feed\"\n\n\
         [[feed]]\nid = \"all\"\ntitle = \"All\"\n"
    );
    fs::write(root.path().join("etc/wiredesk/wiredesk.toml"), config).unwrap();
    let within = |args: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--root"]).arg(root.path()).arg("/usr/bin/wiredesk").args(args);
        command.env_clear().env("WIREDESK_CONFIG", "/etc/wiredesk/wiredesk.toml");
        command
    };
    let asleep = within(&["healthcheck"]).output().unwrap();
    assert_eq!(asleep.status.code(), Some(1));
    assert!(told(&asleep).contains("no daemon responds at 127.0.0.1"), "{}", told(&asleep));

    let daemon = within(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut daemon = Ended(daemon);
    let log = std::io::BufReader::new(daemon.0.stderr.take().unwrap());
    let mut lines = std::io::BufRead::lines(log).map_while(Result::ok);
    assert!(lines.any(|line| line.contains("wiredesk is running")));
    std::thread::spawn(move || lines.for_each(drop));
    let awake = within(&["healthcheck"]).output().unwrap();
    assert!(awake.status.success(), "{}", told(&awake));
    assert_eq!(String::from_utf8_lossy(&awake.stdout), "ready\n");
}

/// A daemon that ends with its test.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // `unshare` has become the daemon; it may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
