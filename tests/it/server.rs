//! A PostgreSQL server for one run of a test binary, on a Unix socket in a folder of its own.
//!
//! It is started when the first test asks for it. A shell stands between it and us that
//! reads until our end of a pipe is closed, be it by a kill: then it stops the server and
//! removes the folder. Where no PostgreSQL is installed, tests that need one are skipped
//! aloud, and fail where `WIREDESK_NEEDS_POSTGRES` is set.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use tokio_postgres::{Client, Config, NoTls};

/// The server of this run.
pub struct TestServer {
    /// Where its data lie and its socket is.
    pub folder: PathBuf,
    /// Names of databases that are used no more.
    left: Mutex<Vec<String>>,
    made: AtomicU32,
    /// Its standard input is what keeps the server going.
    _shell: Child,
}

/// A database of a test's own.
pub struct TestDatabase {
    /// Its name.
    pub name: String,
    server: &'static TestServer,
}

/// The user that all is done as.
const USER: &str = "wiredesk";

/// Not synced: it is thrown away. Vacuum comes soon, as it does where much is written.
const SCRIPT: &str = r#"
cd "$FOLDER" || exit 1
$AS "$BIN/initdb" -D data -A trust -U "$NAME" -E UTF8 --locale=C --no-sync </dev/null >log 2>&1 || exit 1
$AS "$BIN/postgres" -D data -c listen_addresses= -c unix_socket_directories="$FOLDER" -c fsync=off \
    -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c autovacuum_naptime=5s \
    </dev/null >>log 2>&1 &
server=$!
until "$BIN/pg_isready" -q -h "$FOLDER"; do
    kill -0 "$server" || exit 1
    sleep 0.05
done
echo ready
read -r _
kill -QUIT "$server"
wait "$server"
cd /
rm -rf "$FOLDER"
"#;

/// The server of this run; `None` where no PostgreSQL is installed, which is told once.
pub fn server() -> Option<&'static TestServer> {
    static SERVER: OnceLock<Option<TestServer>> = OnceLock::new();
    let start = || {
        let Some(programs) = programs() else {
            let needed = std::env::var_os("WIREDESK_NEEDS_POSTGRES").is_some();
            assert!(!needed, "no PostgreSQL is installed, and WIREDESK_NEEDS_POSTGRES is set");
            // Past the capture of tests that pass.
            let said = "SKIPPED: no PostgreSQL is installed (Debian: apt-get install postgresql): \
                        nothing that needs a server is tested\n";
            std::io::stderr().write_all(said.as_bytes()).expect("standard error");
            return None;
        };
        Some(TestServer::start(&programs))
    };
    SERVER.get_or_init(start).as_ref()
}

/// The folder of PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::var_os("PGBIN").map(PathBuf::from).into_iter().collect();
    folders.extend(std::env::split_paths(&path));
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|all| all.filter_map(|version| Some(version.ok()?.path().join("bin"))).collect())
        .unwrap_or_default();
    installed.sort_by_key(|bin| bin.parent()?.file_name()?.to_str()?.parse::<u32>().ok());
    folders.extend(installed.into_iter().rev());
    let found =
        folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())?;
    // A link leads to where the other programs are.
    fs::canonicalize(found.join("postgres")).ok()?.parent().map(Path::to_owned)
}

/// Who runs the server where we are root, which it refuses to be run as: his numbers.
pub fn unprivileged() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").expect("a process").uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("a list of users");
    let numbers = |name: &str| {
        let line = users.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let mut fields = line.split(':').skip(1);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(["postgres", "nobody"].into_iter().find_map(numbers).expect("a user to run a server"))
}

impl TestServer {
    fn start(programs: &Path) -> TestServer {
        let folder = tempfile::Builder::new().prefix("wiredesk-pg-").tempdir().expect("a folder").keep();
        // It ends with the shell too, should that be killed.
        let mut run_as = "setpriv --pdeathsig QUIT --".to_owned();
        if let Some((user, group)) = unprivileged() {
            chown(&folder, Some(user), Some(group)).expect("the folder's owner");
            run_as = format!("setpriv --reuid {user} --regid {group} --clear-groups --pdeathsig QUIT --");
        }
        let env: [(&str, OsString); 4] =
            [("FOLDER", folder.clone().into()), ("BIN", programs.into()), ("AS", run_as.into()), ("NAME", USER.into())];
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Whoever interrupts the tests ends us, and so the server.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let mut line = String::new();
        BufReader::new(shell.stdout.take().expect("a pipe")).read_line(&mut line).expect("the shell's word");
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "PostgreSQL does not start:\n{}", log());
        TestServer { folder, left: Mutex::default(), made: AtomicU32::new(0), _shell: shell }
    }

    /// A connection to a database, past all that is tested.
    pub async fn client(&self, database: &str) -> Client {
        let mut config = Config::new();
        config.host_path(&self.folder).user(USER).dbname(database);
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }

    /// An empty database.
    pub async fn empty(&'static self) -> TestDatabase {
        self.database("template0").await
    }

    /// A copy of a database that nobody is connected to.
    pub async fn copy(&'static self, of: &TestDatabase) -> TestDatabase {
        self.database(&of.name).await
    }

    async fn database(&'static self, template: &str) -> TestDatabase {
        let client = self.client("postgres").await;
        let left = std::mem::take(&mut *self.left.lock().expect("a list"));
        for name in left {
            client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.expect("a database to drop");
        }
        let name = format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {template}");
        client.batch_execute(&create).await.expect("a new database");
        TestDatabase { name, server: self }
    }
}

impl TestDatabase {
    /// What `store.url` says of it.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@/{}?host={}", self.name, self.server.folder.display())
    }

    /// A connection to it, past all that is tested.
    pub async fn client(&self) -> Client {
        self.server.client(&self.name).await
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Whoever needs the next one drops it.
        self.server.left.lock().expect("a list").push(std::mem::take(&mut self.name));
    }
}
