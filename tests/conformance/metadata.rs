//! The promises of [`MetadataStore`](image_service::store::MetadataStore).

mod counts;
mod direct_uploads;
mod images;
mod keys;
mod lists;
mod pending;
mod walks;

pub use self::{counts::*, direct_uploads::*, images::*, keys::*, lists::*, pending::*, walks::*};

/// A test for each case on one backend.
macro_rules! metadata_conformance {
    ($open:expr) => {
        crate::conformance::cases::cases! {
            crate::conformance::cases::metadata, $open, ();

            a_created_image_is_read_back_whole
            an_unknown_image_is_not_found
            an_update_stores_what_it_returns
            an_update_can_remove_everything
            an_update_needs_an_image_of_the_caller
            an_update_needs_the_current_version
            of_two_updates_of_one_version_one_is_stored
            a_deleted_image_is_gone_and_leaves_a_marker
            only_the_owner_deletes
            of_two_deletions_one_finds_the_image
            a_deleted_image_is_not_created_again

            a_list_is_in_order_of_time
            equal_times_are_walked_once_each
            a_full_last_page_has_no_next
            a_walk_survives_inserts_and_deletes
            a_list_is_filtered_by_album
            a_list_is_filtered_by_tag
            a_list_is_filtered_by_album_and_tag
            an_update_moves_the_image_between_lists
            a_list_shows_one_user_only
            a_list_shows_whole_images

            images_are_counted_by_user_and_album
            moves_take_the_counts_along
            a_refused_write_counts_nothing
            counts_are_exact_after_concurrent_writes

            an_upload_begins_with_an_intent
            creating_again_changes_nothing
            an_abandoned_upload_is_not_committed
            a_committed_upload_is_not_abandoned
            committing_and_abandoning_exclude_each_other
            pending_work_is_walked_by_time_and_kind
            pending_work_can_be_finished_while_it_is_walked

            a_key_is_granted_once
            of_two_claims_one_is_granted
            a_key_belongs_to_one_user
            a_finished_key_answers_with_the_result
            a_finished_key_is_remembered_for_a_day
            a_released_key_is_free
            only_the_holder_releases
            an_expired_lease_is_taken_over
            an_expired_lease_is_free_for_another_request
            a_lost_lease_commits_nothing
            an_expired_lease_can_still_finish

            a_direct_upload_is_read_back_until_it_expires
            a_direct_upload_is_a_result_of_its_key
            a_lost_lease_starts_no_direct_upload
            a_direct_upload_is_finished_once
            of_two_finishers_one_stores
            a_finished_direct_upload_outweighs_a_lost_lease
            a_forgotten_direct_upload_is_not_finished

            a_scan_visits_every_image_once
            known_are_images_and_pending_work
            purging_keeps_what_has_not_expired
            the_store_answers
        }
    };
}
pub(crate) use metadata_conformance;
