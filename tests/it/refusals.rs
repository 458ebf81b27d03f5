//! What a command says of a store on a server that it cannot use: by name, and with what to
//! do about it (O41).

use std::io::Write;

use wiredesk::store::SCHEMA;

use crate::database::{at_once, prepared};
use crate::desk::{Desk, Ran, quiet};
use crate::server::{TestServer, server};

/// A desk whose store is told to lie at `url`.
fn desk(url: &str) -> Desk {
    Desk::on(url, &quiet())
}

/// What `poll` says, which makes a store where there is none; it fails.
fn refused(desk: &Desk) -> Ran {
    let ran = desk.run(&["poll"]);
    assert!(ran.code == Some(1) && ran.out.is_empty(), "{ran:?}");
    ran
}

async fn alter(server: &TestServer, database: &str, statement: &str) {
    server.client(database).await.batch_execute(statement).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_named_and_tried_by_a_daemon_o41() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&format!("postgres://desk@/news?host={}", folder.path().display()));
    let said = refused(&desk).err;
    assert!(
        said.contains(&format!("store postgres://desk@{}/news: nobody answers", folder.path().display())),
        "{said}"
    );
    assert!(said.contains("is PostgreSQL running there?"), "{said}");
    let mut daemon = desk.begin_with(|_| ());
    let line = daemon.wait_for("the store is tried again for 30 s");
    assert!(line.contains("is PostgreSQL running there?"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_missing_or_unfit_is_told_with_the_remedy_o41() {
    let Some(server) = server() else { return };
    let url = |name: &str| format!("postgres://wiredesk@/{name}?host={}", server.folder.display());
    let check = |url: &str, wanted: &str| {
        let said = refused(&desk(url)).err;
        assert!(said.contains(wanted), "{url}: {said}");
    };
    check(&url("nowhere"), "there is no database \"nowhere\"; create it: createdb -O wiredesk -E UTF8 ");
    alter(server, "postgres", "CREATE DATABASE odd ENCODING 'SQL_ASCII' TEMPLATE template0").await;
    check(&url("odd"), "the database's encoding is SQL_ASCII; create it with -E UTF8");
    alter(server, "postgres", "CREATE DATABASE others").await;
    alter(server, "others", "CREATE TABLE invoices (no int)").await;
    check(&url("others"), "tables of another program");
    check(&format!("{}&schema=wire", url("others")), "there is no schema wire; create it: CREATE SCHEMA wire");
    // A dry run tells the same, and makes nothing (O156).
    for (url, wanted) in [(url("nowhere"), "createdb -O wiredesk"), (url("others"), "tables of another program")] {
        let checked = desk(&url).run(&["check", "--network"]);
        assert!(checked.code == Some(1) && checked.out.contains(wanted), "{checked:?}");
    }
    alter(server, "others", "CREATE SCHEMA wire").await;
    let checked = desk(&format!("{}&schema=wire", url("others"))).run(&["check", "--network"]);
    assert!(checked.out.contains("the store's server can be used"), "{checked:?}");
    let own = desk(&format!("{}&schema=wire", url("others")));
    let said = own.run(&["verify"]).err;
    assert!(said.contains("there is no store yet; `wiredesk run` or `poll` makes one"), "{said}");
    // As with a file, there is nothing to show before the first start (O73).
    let shown = own.runs(&["status"]).out;
    assert!(shown.contains("there is no store at ") && shown.contains(" yet; `wiredesk run`"), "{shown}");
    let shown = own.runs(&["--json", "status"]).json().remove(0);
    assert_eq!(shown["store"]["entries"], 0, "{shown}");
    own.run(&["poll"]);
    assert!(own.runs(&["verify"]).out.contains("sound"));
    let by_url = own.runs(&["verify", &format!("{}&schema=wire", url("others"))]).out;
    assert!(by_url.contains("/others: sound"), "{by_url}");
    let newer = "INSERT INTO wire.migration SELECT number + 1000, checksum, applied_at FROM wire.migration";
    alter(server, "others", newer).await;
    // It lets this program work beside it, and then no longer.
    let told = own.run(&["poll"]);
    assert!(told.err.contains("the store is a newer wiredesk's") && told.code == Some(0), "{told:?}");
    alter(server, "others", "UPDATE wire.desk SET least = 1019").await;
    let said = refused(&own).err;
    let known = format!("this program knows {SCHEMA}; run a newer wiredesk");
    assert!(said.contains("1019") && said.contains(&known), "{said}");
    for name in ["odd", "others"] {
        alter(server, "postgres", &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_rights_or_password_is_told_and_no_password_is_o41() {
    let Some(server) = server() else { return };
    let database = at_once(prepared(server));
    alter(server, "postgres", "CREATE ROLE guest LOGIN; CREATE ROLE gone NOLOGIN").await;
    alter(server, "postgres", "CREATE ROLE locked LOGIN PASSWORD 'open-sesame' IN ROLE wiredesk").await;
    alter(server, "postgres", "CREATE DATABASE bare").await;
    let url = |user: &str, name: &str| format!("postgres://{user}@/{name}?host={}", server.folder.display());
    let said = refused(&desk(&url("guest", "bare"))).err;
    assert!(said.contains("GRANT ALL ON SCHEMA public TO \"guest\""), "{said}");
    let said = refused(&desk(&url("gone", "bare"))).err;
    assert!(said.contains("the server refuses user \"gone\": ") && said.contains("set store.password_file"), "{said}");
    // From here on that user needs a password.
    let rules = server.folder.join("data/pg_hba.conf");
    let before = std::fs::read_to_string(&rules).unwrap();
    let mut file = std::fs::OpenOptions::new().write(true).truncate(true).open(&rules).unwrap();
    file.write_all(format!("local all locked scram-sha-256\n{before}").as_bytes()).unwrap();
    drop(file);
    alter(server, "postgres", "SELECT pg_reload_conf()").await;
    let locked = desk(&url("locked", &database.name));
    let bare = || {
        let mut command = locked.command(&["status"]);
        command.env_remove("PGPASSWORD");
        command
    };
    let said = String::from_utf8(bare().output().unwrap().stderr).unwrap();
    assert!(
        said.contains("the server refuses user \"locked\": ") && said.contains("set store.password_file"),
        "{said}"
    );
    let by_variable = |password: &str| bare().env("PGPASSWORD", password).output().unwrap();
    assert!(by_variable("open-sesame").status.success());
    let wrong = String::from_utf8(by_variable("sesame-shut").stderr).unwrap();
    assert!(wrong.contains("the server refuses user \"locked\": ") && !wrong.contains("sesame"), "{wrong}");
    std::fs::write(locked.path("pg.password"), "open-sesame\n").unwrap();
    locked.edit(|text| text.replace("[store]\n", "[store]\npassword_file = \"pg.password\"\n"));
    let mut daemon = locked.start_with(|command| {
        command.env("PGPASSWORD", "sesame-shut");
    });
    daemon.until("/readyz", |got| got.status == 200);
    // A new password needs no restart (R93).
    alter(server, "postgres", "ALTER ROLE locked PASSWORD 'sesame-anew'").await;
    std::fs::write(locked.path("pg.password"), "sesame-anew\n").unwrap();
    alter(server, "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'locked'").await;
    daemon.until("/readyz", |got| got.status == 200);
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
    assert!(!daemon.log().contains("sesame"), "{}", daemon.log());
}

/// Like a machine that is out of memory, or a port of some other service.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_takes_connections_and_says_nothing_is_given_up_r89() {
    let Some(server) = server() else { return };
    let database = at_once(prepared(server));
    let silent = tempfile::tempdir().unwrap();
    // What is taken waits in its queue.
    let _listener = std::os::unix::net::UnixListener::bind(silent.path().join(".s.PGSQL.5432")).unwrap();
    let url = |hosts: &str| format!("postgres://wiredesk@/{}?host={hosts}", database.name);
    let said = refused(&desk(&url(&silent.path().display().to_string()))).err;
    assert!(said.contains("the server accepts connections and has said nothing for 5 s"), "{said}");
    let behind = desk(&url(&format!("{},{}", silent.path().display(), server.folder.display())));
    let ran = behind.run(&["poll"]);
    assert!(ran.out.contains("network error in connect") && ran.err.is_empty(), "the store is there: {ran:?}");
}
