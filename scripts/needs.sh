# Sourced by the scripts beside it: installs Debian packages whose commands are
# missing. Arguments of install_missing: command=package …

install_missing() {
    local pair missing=()
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "missing, and there is no apt-get to install them: ${missing[*]}" >&2
        return 1
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "missing: ${missing[*]}; install them as root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "==> installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# PostgreSQL for the tests, which start a server of their own. Debian's package would make
# and start one besides, unless its configuration, which comes first, says otherwise.
find_postgres() {
    add_postgres && return 0
    install_missing pg_lsclusters=postgresql-common
    if [ ! -f /usr/share/postgresql-common/pg_wrapper ]; then
        return 0 # pg_lsclusters is somebody else's: leave this machine as it is
    fi
    local as_root=() setting=/etc/postgresql-common/createcluster.conf
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$setting"
    install_missing initdb=postgresql
    add_postgres || echo "PostgreSQL is not installed: tests that need a server are skipped" >&2
}

# PgBouncer for the tests, which start one of their own: Debian's package starts one besides.
find_pooler() {
    command -v pgbouncer >/dev/null 2>&1 && return 0
    [ -x /usr/sbin/pgbouncer ] && return 0
    install_missing pgbouncer=pgbouncer
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    if [ -d /run/systemd/system ]; then
        "${as_root[@]}" systemctl disable --now --quiet pgbouncer
    fi
}

# Puts the newest PostgreSQL's programs on the path: Debian's are not.
add_postgres() {
    local newest
    command -v initdb >/dev/null 2>&1 && return 0
    newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [ -n "$newest" ] || return 1
    PATH=$PATH:$(dirname "$newest")
}

# A compiler that is new enough. Debian's own is older than most crates: to find that out
# takes it minutes, and its message does not say what to do.
find_cargo() {
    is_new_enough && return 0
    # A fresh rustup is not on the path of shells that were open before.
    if [ -f "${CARGO_HOME:-$HOME/.cargo}/env" ]; then
        # shellcheck disable=SC1091
        . "${CARGO_HOME:-$HOME/.cargo}/env"
        is_new_enough && return 0
    fi
    cat >&2 <<TEXT
wiredesk needs Rust $(wanted_rust) or newer; this machine has $(found_rust).
Debian 12 and Ubuntu 24.04 package older ones. The Rust project's own installer needs no root:

    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
    . "\$HOME/.cargo/env"

Where rustup is there already: rustup update stable
TEXT
    return 1
}

# The oldest compiler that builds wiredesk.
wanted_rust() {
    sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml
}

found_rust() {
    command -v cargo >/dev/null 2>&1 || { echo none; return; }
    local version
    version=$(rustc --version 2>/dev/null | cut -d ' ' -f 2)
    echo "${version:-none that says its version}"
}

is_new_enough() {
    local wanted found
    wanted=$(wanted_rust) found=$(found_rust)
    case "$found" in none*) return 1 ;; esac
    [ "$(printf '%s\n' "$wanted" "${found%%-*}" | sort -V | head -n 1)" = "$wanted" ]
}
