//! `[store]` and `[node]`.

use super::*;
use crate::store::{Encryption, NodeRole};

fn address(config: &Config) -> &crate::store::ServerAddress {
    match &config.store.location {
        Location::Postgres(address) => address,
        Location::Sqlite(path) => panic!("{}", path.display()),
    }
}

#[test]
fn a_store_may_lie_on_a_server_o46() {
    let config = read("[store]\nurl = \"postgres://desk@db/news?sslrootcert=ca.pem\"\nconnections = 20").unwrap();
    let address = address(&config);
    assert_eq!((address.to_string().as_str(), address.connections), ("postgres://desk@db/news", 20));
    // Beside the configuration, as all files that it names.
    assert_eq!(address.encryption, Encryption::Verified(Some("conf/ca.pem".into())));
    assert!(config.store.location.is_shared() && address.notifications.is_none());
    let pooled = "[store]\nurl = \"postgres://desk@pool/news?schema=wire\"\nlisten_url = \"postgres://desk@db/news\"";
    let config = read(pooled).unwrap();
    let direct = self::address(&config).notifications.as_ref().unwrap();
    assert_eq!((direct.to_string().as_str(), direct.schema.as_deref()), ("postgres://desk@db/news", Some("wire")));
}

#[test]
fn what_is_no_store_is_told_without_its_password_o41() {
    let forms = "write \"sqlite:wiredesk.db\", or \"postgres://\" and then user@host/name";
    let url =
        |text: &str, said: &str| check_in("store", &format!("url = \"{text}\""), &format!("7: store.url: {said}"));
    url("postgers://desk:hunter2@db/news", &format!("\"postgers://…\" is not a store ({forms})"));
    url("wiredesk.db", &format!("\"wiredesk.db\" is not a store ({forms})"));
    url(
        "postgres://desk:hunter2@db/news",
        "a password does not belong into a configuration (take it out of the URL, and write it to the file that \
         store.password_file names)",
    );
    url(
        "postgres://desk@db/news?sslmod=disable",
        "\"sslmod\" is not known behind its ? (these are known: host, port, schema, sslmode, sslrootcert)",
    );
    check_in(
        "store",
        "connections = 20",
        "15: store.connections: is for a store on a server, and this one lies in a file",
    );
}

#[test]
fn a_url_that_cannot_be_read_says_nothing_of_the_keys_beside_it_o41() {
    let keys = "connections = 20\npassword_file = \"nowhere\"\nlisten_url = \"postgres://desk@db/news\"";
    let said = read(&format!("[store]\nurl = \"postgres://desk@db/news?sslmod=require\"\n{keys}")).err().unwrap();
    assert!(said.0.len() == 1 && said.to_string().contains("\"sslmod\" is not known"), "{said}");
}

#[test]
fn an_exposed_way_to_the_server_is_warned_of_o40() {
    let config = read("[store]\nurl = \"postgres://desk@db/news?sslmode=disable\"").unwrap();
    let said: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|line| line.contains("unencrypted to another machine")), "{said:?}");
    // The listener sends the same password.
    let pooled =
        "[store]\nurl = \"postgres://desk@pool/news\"\nlisten_url = \"postgres://desk@db/news?sslmode=disable\"";
    let said: Vec<String> = read(pooled).unwrap().warnings.iter().map(ToString::to_string).collect();
    let exposed: Vec<&String> = said.iter().filter(|line| line.contains("unencrypted to another machine")).collect();
    assert!(exposed.len() == 1 && exposed[0].contains("store.listen_url"), "{said:?}");
}

#[test]
fn a_node_has_a_name_and_roles_o48() {
    let server = "[store]\nurl = \"postgres://desk@db/news\"\n";
    let config = read(&format!("{server}[node]\nid = \"desk-1\"\nroles = [\"publish\"]")).unwrap();
    assert_eq!(config.node.id.as_ref().map(|id| id.as_str()), Some("desk-1"));
    assert!(config.node.roles.has(NodeRole::Publish) && !config.node.roles.has(NodeRole::Poll));
    assert_eq!(read(server).unwrap().node, NodeSettings::default());
    let check =
        |keys: &str, said: &str| check(&format!("{server}[node]\n{keys}\n"), &[&format!("conf/w.toml:4:{said}")]);
    check(
        "roles = [\"poll\", \"publisher\"]",
        "18: node.roles[2]: \"publisher\" is not known (did you mean \"publish\"?)",
    );
    check(
        "roles = [\"writer\"]",
        "10: node.roles[1]: \"writer\" is not known (write one of: poll, publish, background)",
    );
    check(
        "roles = []",
        "9: node.roles: names no role (write [\"poll\", \"publish\", \"background\"], or some of them)",
    );
    check(
        "id = \"Desk 1\"",
        "6: node.id: \"Desk 1\" is not an id: use 1 to 64 of a-z, 0-9 and - (write a name as \"desk-1\")",
    );
    check_in(
        "node",
        "roles = [\"poll\"]",
        "9: node.roles: leaves work undone: a store in a file has one daemon, which does it all (leave it out, or \
         keep the store on a server)",
    );
}

#[test]
fn keys_of_a_server_whose_url_is_wrong_are_not_judged_o111() {
    let Err(problems) = read("[store]\nurl = \"postgres://desk@db/news?sslmode=require\"\nconnections = 20") else {
        panic!("it is refused")
    };
    assert_eq!(problems.0.len(), 1, "{problems:?}");
    assert!(problems.0[0].sentence.contains("sslmode"), "{problems:?}");
}
