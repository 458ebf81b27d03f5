//! What every store must do, run on each kind of store.
//!
//! The tests ask by the traits of [`wiredesk::store`] alone. Another kind of store
//! brings its [`Bench`] and the topics that it answers, `contract! { NAME, BENCH; TOPICS }`.
//! What it promises besides stands with its bench.

mod alone;
mod articles;
mod bounds;
mod clocks;
mod commit;
mod documents;
mod entries;
mod figures;
mod index;
mod keys;
mod mended;
mod nodes;
mod only_memory;
mod only_postgres;
mod only_sqlite;
mod outbox;
mod past;
mod portions;
mod readings;
mod records;
mod rematches;
mod schedule;
mod turns;
mod upkeep;

use std::any::Any;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use wiredesk::clock::Timestamp;
use wiredesk::store::{Location, Opening, SourcePlan, Store, StoreTime, open_by};

pub use only_memory::MemoryBench;
pub use only_postgres::PostgresBench;
pub use only_sqlite::SqliteBench;
pub use records::*;

/// A kind of store that the suite is run on.
#[async_trait]
pub trait Bench: Send + Sync {
    /// Whether stores of its kind can be had here. Where not, it has said so aloud.
    fn is_there(&self) -> bool;

    /// A place where a store may be made, and nothing lies yet.
    async fn place(&self) -> Place;
}

/// A place for a store.
pub struct Place {
    lies: Lies,
    _held: Box<dyn Any + Send>,
}

/// Where a store lies.
enum Lies {
    At(Location),
    /// In the memory of the test.
    Here(Arc<dyn Store>),
}

impl Place {
    /// A place that lasts until `held` is dropped.
    pub fn of(location: Location, held: impl Any + Send) -> Place {
        Place { lies: Lies::At(location), _held: Box::new(held) }
    }

    /// The place of a store that lasts as long as it.
    pub fn of_store(store: Arc<dyn Store>) -> Place {
        Place { lies: Lies::Here(store), _held: Box::new(()) }
    }

    /// Opens the store that lies here, and makes it when there is none. It goes by the
    /// time that a test names.
    pub async fn open(&self, opening: Opening) -> wiredesk::store::Result<Arc<dyn Store>> {
        match &self.lies {
            Lies::At(location) => open_by(location, opening, StoreTime::Callers, now()).await,
            Lies::Here(store) => Ok(Arc::clone(store)),
        }
    }
}

/// An open store in a place of its own.
pub struct Room {
    store: Arc<dyn Store>,
    place: Place,
}

impl Deref for Room {
    type Target = Arc<dyn Store>;

    fn deref(&self) -> &Arc<dyn Store> {
        &self.store
    }
}

impl Room {
    /// The store as it is after its process ended and another began.
    pub async fn reopened(self) -> Room {
        let Room { store, place } = self;
        drop(store);
        Room { store: place.open(Opening::Work).await.unwrap(), place }
    }

    /// The store as another process has it open.
    pub async fn beside(&self) -> Arc<dyn Store> {
        self.place.open(Opening::Work).await.unwrap()
    }
}

/// A store of these sources and a feed.
pub async fn with(bench: &dyn Bench, sources: &[SourcePlan]) -> Room {
    let place = bench.place().await;
    let store = place.open(Opening::Work).await.unwrap();
    store.configure(&sources.to_vec(), &[feed()], now()).await.unwrap();
    Room { store, place }
}

/// A store of the sources `a` and `b`.
pub async fn two(bench: &dyn Bench) -> Room {
    with(bench, &["a", "b"].map(|id| planned(id, &format!("https://{id}.example/")))).await
}

/// Checks that nothing in a store contradicts the rest.
pub async fn is_sound(store: &Arc<dyn Store>) {
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

/// The store in `file`, opened to work on it. For tests that ask more than a store.
pub async fn open(file: &Path, now: Timestamp) -> Arc<dyn Store> {
    wiredesk::store::open(&Location::Sqlite(file.to_owned()), Opening::Work, now).await.unwrap()
}

/// A store of two sources and a feed as `a.db` in a folder, for tests that look into
/// its file.
pub async fn store() -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("a.db"), now()).await;
    configure(&store, &["a", "b"]).await;
    (folder, store)
}

/// Every test of the suite's topics, on the stores that a bench makes.
macro_rules! contract {
    ($store:ident, $bench:expr; $($topic:ident)*) => {
        mod $store {
            $(contract! { @$topic $bench })*
        }
    };
    (@all $topic:ident $bench:expr, $($test:ident)+) => {
        mod $topic {
            use crate::contract::*;

            $(#[tokio::test]
            async fn $test() {
                if $bench.is_there() {
                    crate::contract::$topic::$test(&$bench).await;
                }
            })+
        }
    };
    (@nodes $bench:expr) => {
        contract! { @all nodes $bench,
            one_that_joins_anew_frees_what_the_one_before_held_r8
            another_node_keeps_its_turns_while_one_starts_p30
            one_that_leaves_frees_at_once_what_it_held_r7
            what_a_killed_process_held_is_free_at_the_next_claim_r8
            a_beat_that_did_not_come_frees_nothing_r3_r21
            who_was_replaced_or_has_left_claims_nothing_r3
            nodes_are_told_of_for_a_day
        }
    };
    (@schedule $bench:expr) => {
        contract! { @all schedule $bench,
            a_claim_moves_the_due_time_before_anything_is_sent_p28_r3
            a_claim_given_back_is_due_as_before
            the_refresh_floor_says_until_when_to_wait_p36
            retired_sources_keep_their_entries_and_are_not_polled_r20
            another_address_forgets_the_validators_of_the_old_one_p6
            a_claim_holds_for_as_long_as_it_is_renewed_r21
            a_failure_that_was_not_its_own_is_taken_back
            a_range_takes_over_its_own_names_alone_r20
            what_is_overdue_comes_in_pages_the_longest_overdue_first_p29
            those_due_at_one_instant_are_claimed_in_the_order_they_came_r57
        }
    };
    (@bounds $bench:expr) => {
        contract! { @all bounds $bench,
            no_call_returns_more_than_was_asked_for_r9
        }
    };
    (@turns $bench:expr) => {
        contract! { @all turns $bench,
            one_request_at_a_time_per_host_across_nodes_p25_p30
            starts_on_one_domain_are_a_gap_apart_across_nodes_and_restarts_p25_p30
            a_thousand_sources_on_a_hanging_host_delay_nobody_else_r4
            a_429_holds_its_host_for_every_source_and_poll_by_hand_p16_p17_p36
            other_hosts_of_the_domain_are_held_only_by_a_second_429_within_the_hour_p17
            an_answer_through_a_proxy_holds_only_what_goes_through_it_p17
            a_poll_that_was_under_way_when_its_host_asked_for_rest_is_held_too_p17
            a_good_answer_after_a_hold_ends_the_429s_in_a_row_p18
            a_redirect_takes_the_turn_of_the_host_it_leads_to_p21
            a_turn_nobody_ends_lapses_with_its_claim_r21
            a_node_whose_time_is_a_moment_old_takes_nothing_of_another_p30_r3
            two_that_are_led_to_each_others_host_both_come_through_p21
        }
    };
    (@commit $bench:expr) => {
        contract! { @all commit $bench,
            a_stale_claim_stores_nothing_r21
            one_poll_commits_as_one_and_validators_return_byte_for_byte_p2_p4_r1
            a_bad_record_undoes_itself_alone
            revisions_are_kept_and_only_material_ones_move_updated_o7
            versions_that_alternate_stop_at_twenty_a_day_b61
            known_entries_are_found_by_window_key_and_link
            revised_entries_of_one_source_leave_places_to_others_o35
        }
    };
    (@portions $bench:expr) => {
        contract! { @all portions $bench,
            a_large_document_is_written_in_portions_between_which_others_write_r1
        }
    };
    (@articles $bench:expr) => {
        contract! { @all articles $bench,
            what_is_wanted_waits_until_it_is_settled
            an_article_by_other_rules_is_decided_again_and_indexed_r20
            polls_and_articles_of_a_source_never_overlap_r21
        }
    };
    (@keys $bench:expr) => {
        contract! { @all keys $bench,
            an_id_that_two_sources_share_is_published_once_o5
            keys_that_swap_and_move_up_are_stored_r1
            a_key_that_another_has_costs_nothing_but_the_key_r1
            no_source_takes_an_id_that_anothers_entry_will_have_o5
            an_id_minted_for_a_key_that_went_to_another_is_minted_again_o5
            ids_that_sources_bring_at_once_are_published_once_o5
        }
    };
    (@entries $bench:expr) => {
        contract! { @all entries $bench,
            pages_are_cut_by_place_so_arrivals_shift_nothing_o17
            entries_are_found_by_number_link_and_published_id
            entries_come_in_the_order_asked_for
        }
    };
    (@documents $bench:expr) => {
        contract! { @all documents $bench,
            a_store_dates_what_it_has_not_seen_and_remembers_it_o22_o27
            formats_of_a_feed_have_dates_of_their_own_o22_o27
        }
    };
    (@outbox $bench:expr) => {
        contract! { @all outbox $bench,
            changes_come_once_and_in_order_while_eight_write_o36
            what_is_undone_is_not_told_o36
            what_polls_change_is_told_by_its_kind_o36
            what_else_readers_see_is_told_by_its_kind_o36
            the_outbox_is_pruned_from_its_old_end_and_says_so_o36
            who_waits_for_changes_hears_of_them_o36
        }
    };
    (@past $bench:expr) => {
        contract! { @all past $bench,
            a_changed_filter_moves_entries_in_and_out
            the_past_is_gone_through_newest_first_page_by_page
        }
    };
    (@readings $bench:expr) => {
        contract! { @all readings $bench,
            what_was_read_comes_back_with_the_entry_b330
            entries_are_read_again_b331
            going_through_is_noted_o145
        }
    };
    (@rematches $bench:expr) => {
        contract! { @all rematches $bench,
            what_is_read_otherwise_is_decided_again_b331
            a_rematch_goes_on_where_it_was_until_it_is_settled
            a_feed_is_outdated_until_what_is_in_force_has_decided
            what_other_rules_decided_is_decided_again_r20
            a_lower_number_that_commits_later_is_decided_again
            what_comes_by_old_rules_after_a_rematch_has_settled_is_decided_again
            each_portion_of_a_large_document_waits_to_be_decided_again
            rules_in_force_stay_where_others_are_offered_r20
        }
    };
    (@index $bench:expr) => {
        contract! { @all index $bench,
            the_index_follows_new_and_revised_entries
            look_ups_find_words_in_a_row_near_each_other_and_by_their_beginning
            a_lower_number_that_commits_later_is_indexed
            what_waits_comes_in_pages_by_number
            an_index_that_is_built_anew_waits_for_all_texts
            long_texts_wait_in_portions_r85
            a_text_that_is_set_aside_is_met_by_every_search_r85
        }
    };
    (@figures $bench:expr) => {
        contract! { @all figures $bench,
            polls_that_bring_nothing_share_a_row_and_are_counted
            figures_are_kept_as_entries_come_change_and_go_r35
            sources_come_by_pages_and_kinds
            that_nobody_can_be_reached_is_noted_for_all
        }
    };
    (@clocks $bench:expr) => {
        contract! { @all clocks $bench,
            a_clock_set_back_by_a_day_moves_due_times_and_holds_with_it_r18
        }
    };
    (@mended $bench:expr) => {
        contract! { @all mended $bench,
            times_that_are_mended_are_told_o36
        }
    };
    (@upkeep $bench:expr) => {
        contract! { @all upkeep $bench,
            pruning_takes_texts_and_leaves_identity_r25_o34
            pruning_goes_on_behind_what_is_listed_r25
            pages_wait_for_pages_alone_r35
            the_end_of_a_store_is_told_with_its_reason
        }
    };
    (@alone $bench:expr) => {
        contract! { @all alone $bench,
            who_works_alone_keeps_others_off_until_he_closes_r15
        }
    };
}

contract! { sqlite, SqliteBench;
    nodes schedule bounds turns commit portions articles keys entries documents outbox past readings rematches index figures clocks mended upkeep
    alone
}

// Those that are answered in full.
contract! { postgres, only_postgres::PostgresBench;
    nodes schedule bounds turns commit portions articles keys entries documents outbox past readings rematches index figures clocks upkeep
}

// What sequences of calls and the simulation of many nodes ask it for.
contract! { memory, MemoryBench;
    nodes schedule turns commit keys entries documents outbox past readings
}
